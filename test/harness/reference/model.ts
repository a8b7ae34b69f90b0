/** The documented types of the package as typedoc reads them: what the rules and the pages are made from. */
import { join, resolve } from "node:path";
import type {
  Application,
  ContainerReflection,
  DeclarationReflection,
  ProjectReflection,
  SomeType,
} from "typedoc" with { "resolution-mode": "import" };

export const root = resolve(__dirname, "../../..");

export type Declaration = DeclarationReflection;
/** What holds exports by name. */
export type Exports = ContainerReflection;
export interface Model {
  app: Application;
  project: ProjectReflection;
  /** Of `pulumi-druid`. */
  main: Exports;
  /** Of `pulumi-druid/policy`. */
  policy: Exports;
  /** What typedoc itself complains of. */
  complaints: string[];
}

/** Reads src as `typedoc.json` says. */
export async function readModel(): Promise<Model> {
  const { Application: App, LogLevel, Logger, TSConfigReader, TypeDocReader } = await import("typedoc");
  const complaints: string[] = [];
  class Collected extends Logger {
    override log(message: string, level: number) {
      if (level >= LogLevel.Warn) complaints.push(message);
    }
  }
  const readers = [new TypeDocReader(), new TSConfigReader()];
  const app = await App.bootstrap({ options: join(root, "typedoc.json") }, readers);
  app.logger = new Collected();
  const project = await app.convert();
  if (project === undefined) throw new Error(`Cannot read the types:\n${complaints.join("\n")}`);
  app.validate(project);
  const [main, policy] = ["index", "policy"].map((name) => project.getChildByName(name) as Exports | undefined);
  if (main === undefined || policy === undefined)
    throw new Error("Cannot read the types: an entry point has no module");
  return { app, project, main, policy, complaints };
}

/** The properties of an interface or a class, in the order of its source. */
export function propertiesOf(exports: Exports, name: string): Declaration[] {
  const found = exports.getChildByName(name) as Declaration | undefined;
  const children =
    found?.children ?? found?.type?.visit({ reflection: ({ declaration }) => declaration.children }) ?? [];
  return children.filter(({ kind, name: own }) => kind === PROPERTY && !own.startsWith("__"));
}

/** typedoc's `ReflectionKind.Property`, which only an ES module can import. */
export const PROPERTY = 1024;

/** The text of a block tag, e.g. `@default`, on one line; undefined without it. */
export function tagOf({ comment }: Pick<Declaration, "comment">, tag: `@${string}`): string | undefined {
  const content = comment?.getTag(tag)?.content;
  if (content === undefined) return undefined;
  return oneLine(content.map(({ text }) => text).join("")).replace(/^```\w* (.*) ```$/, "$1");
}

/** The paragraphs before the first tag. */
export function summaryOf({ comment }: Pick<Declaration, "comment">): string {
  const parts = comment?.summary ?? [];
  return parts
    .map((part) => (part.kind === "inline-tag" ? `\`${part.text}\`` : part.text))
    .join("")
    .trim();
}

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** A type as a reader of the pages has to know it: without `Input`, and without undefined. */
export function typeText(type: SomeType | undefined): string {
  if (type === undefined) return "unknown";
  if (type.type === "reference") {
    const alias = (type.reflection as Declaration | undefined)?.type;
    if (alias?.type === "union" && !(type.typeArguments ?? []).length) return typeText(alias);
    if (/^(Input|Output|OutputInstance)$/.test(type.name)) return typeText(type.typeArguments?.[0]);
    const inner = (type.typeArguments ?? []).map(typeText);
    return inner.length === 0 ? type.name : `${type.name}<${inner.join(", ")}>`;
  }
  if (type.type === "union") {
    const texts = type.types.map(typeText).filter((text) => text !== "undefined");
    const all = [...new Set(texts)].map((text) => (text === "false" || text === "true" ? "boolean" : text));
    return [...new Set(all)].join(" | ");
  }
  if (type.type === "array") {
    const element = typeText(type.elementType);
    return element.includes(" | ") ? `(${element})[]` : `${element}[]`;
  }
  if (type.type === "reflection") return shapeText(type.declaration);
  return type.toString();
}

function shapeText({ signatures, children = [] }: Declaration): string {
  if (signatures) return "function";
  const fields = children.map((one) => `${one.name}${one.flags.isOptional ? "?" : ""}: ${typeText(one.type)}`);
  return `{ ${fields.join("; ")} }`;
}
