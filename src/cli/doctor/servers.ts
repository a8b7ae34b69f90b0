/** The versions of the services, as far as this user is told, and whether anything can serve rows. */
import { isRecord } from "../../base/json";
import { STATE_READ } from "../../druid/permission";
import { majorOf } from "../../druid/versions";
import { type Finding, note, ok, problem, warning } from "./finding";
import type { Looker } from "./looker";

const OLDEST = 24;
const NEWEST = 38;

/** The Router forwards to two of them; the others cannot be asked through it. */
const PATHS = [
  ["router", "/status"],
  ["coordinator", "/proxy/coordinator/status"],
  ["overlord", "/proxy/overlord/status"],
] as const;

export async function servers(looker: Looker): Promise<Finding[]> {
  return [...aboutVersions(new Map(await versionsByProxy(looker))), await aboutHistoricals(looker)];
}

async function versionsByProxy({ inspector, signal }: Looker): Promise<[string, string][]> {
  const told = await Promise.all(
    PATHS.map(async ([name, path]) => {
      const { body } = await inspector.get(`read the version of the ${name} at`, path, { signal });
      return [name, isRecord(body) && typeof body.version === "string" ? body.version : ""] as [string, string];
    }),
  );
  return told.filter(([, version]) => version !== "");
}

function aboutVersions(versions: ReadonlyMap<string, string>): Finding[] {
  if (versions.size === 0) {
    const means = "Advice that depends on the version cannot be given.";
    return [note("versions", "The versions are not told", means, `grant ${STATE_READ}`)];
  }
  const text = [...versions].map(([name, version]) => `${name} ${version}`).join(", ");
  const majors = [...versions.values()].flatMap((version) => majorOf(version) ?? []);
  const [least, most] = [Math.min(...majors), Math.max(...majors)];
  if (least < OLDEST) return [problem("versions", text, `SQL tasks need Druid ${OLDEST} or newer.`, "upgrade Druid")];
  if (new Set(versions.values()).size > 1)
    return [
      warning("versions", text, "An upgrade is under way: tasks may be canceled by restarts.", "load when it is done"),
    ];
  if (most > NEWEST)
    return [note("versions", text, `This package was made for Druid ${OLDEST} to ${NEWEST}.`, "upgrade pulumi-druid")];
  return [ok("versions", text)];
}

async function aboutHistoricals({ inspector, signal }: Looker): Promise<Finding> {
  const path = "/druid/coordinator/v1/servers?simple";
  const { body } = await inspector.get("list the servers of", path, { signal });
  if (!Array.isArray(body)) {
    const means = "Whether a Historical can serve the rows is not known.";
    return note("historicals", "The servers are not told", means, `grant ${STATE_READ}`);
  }
  const count = body.filter((server) => isRecord(server) && server.type === "historical").length;
  if (count > 0)
    return ok("historicals", count === 1 ? "One Historical serves rows" : `${count} Historicals serve rows`);
  const means = "Loaded rows cannot be queried, and `pulumi up` waits for them until segmentLoadTimeoutSeconds.";
  return problem("historicals", "No Historical runs", means, "start one, or set waitForSegmentLoad to false");
}
