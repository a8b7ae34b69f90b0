/**
 * The provider of dynamic resources, in a process of its own, asked over gRPC as the real engine asks it. It takes no
 * secrets: they go out as plain values, and what comes back is marked again from what was asked.
 */
import { type Line, type Running, startProvider } from "./processes";
import { annotateSecrets, forProvider, type Properties } from "./properties";
import { marked, ProviderError, refusal } from "./refusal";
import { channelOptions, fromStruct, type Sdk } from "./sdk";
import { nameOf, typeOf } from "./urn";

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface Diff {
  changes: "unknown" | "none" | "some";
  replaces: string[];
  deleteBeforeReplace: boolean;
  changed: string[];
}

export interface ProviderLaunch {
  sdk: Sdk;
  directory: string;
  project: string;
  engineAddress: string;
  env: NodeJS.ProcessEnv;
  config: Record<string, string>;
  onLine: Line;
  onCall: (method: string, urn: string) => void;
  onStart: (pid: number) => void;
}

type Protocol = Sdk["provider"];
type Client = InstanceType<Sdk["provider"]["ResourceProviderClient"]>;

export class Provider {
  readonly #launch: ProviderLaunch;
  readonly #process: Running;
  readonly #client: Promise<Client>;
  #closed = false;

  constructor(launch: ProviderLaunch) {
    const { sdk } = launch;
    this.#launch = launch;
    const { process: child, port } = startProvider({
      script: sdk.runProvider,
      args: [launch.engineAddress],
      directory: launch.directory,
      env: { ...launch.env, PULUMI_NODEJS_PROJECT: launch.project },
      onLine: launch.onLine,
    });
    this.#process = child;
    launch.onStart(child.pid);
    this.#client = port.then((number) => this.#configure(number));
    this.#client.catch(() => {});
  }

  async #configure(port: number): Promise<Client> {
    const { sdk, config } = this.#launch;
    const client = new sdk.provider.ResourceProviderClient(
      `127.0.0.1:${port}`,
      sdk.grpc.credentials.createInsecure(),
      channelOptions,
    );
    const request = new sdk.provider.ConfigureRequest();
    request.setArgs(sdk.struct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    for (const [key, value] of Object.entries(config))
      request.getVariablesMap().set(`pulumi-nodejs:config:${key}`, value);
    await new Promise<void>((resolve, reject) => {
      client.configure(request, (error) => (error ? reject(error) : resolve()));
    });
    return client;
  }

  async check(
    urn: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.CheckRequest();
    this.#address(request, urn);
    request.setOlds(sdk.struct(forProvider(olds)));
    request.setNews(sdk.struct(forProvider(news)));
    const answer = await this.#ask<InstanceType<Protocol["CheckResponse"]>>("check", urn, (client, done) =>
      client.check(request, done),
    );
    const inputs = fromStruct(answer.getInputs());
    annotateSecrets(inputs, news);
    const failures = answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    return { inputs, failures };
  }

  async diff(urn: string, id: string, oldInputs: Properties, oldOutputs: Properties, news: Properties): Promise<Diff> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.DiffRequest();
    this.#address(request, urn);
    request.setId(id);
    request.setOldInputs(sdk.struct(forProvider(oldInputs)));
    request.setOlds(sdk.struct(forProvider(oldOutputs)));
    request.setNews(sdk.struct(forProvider(news)));
    const answer = await this.#ask<InstanceType<Protocol["DiffResponse"]>>("diff", urn, (client, done) =>
      client.diff(request, done),
    );
    return {
      changes: (["unknown", "none", "some"] as const)[answer.getChanges()] ?? "unknown",
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
      changed: answer.getDiffsList(),
    };
  }

  async create(urn: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.CreateRequest();
    this.#address(request, urn);
    request.setProperties(sdk.struct(forProvider(inputs)));
    const answer = await this.#ask<InstanceType<Protocol["CreateResponse"]>>(
      "create",
      urn,
      (client, done) => client.create(request, done),
      inputs,
    );
    if (answer.getId() === "") throw new ProviderError(`the provider returned no id when it created "${urn}"`);
    return { id: answer.getId(), outputs: marked(fromStruct(answer.getProperties()), inputs) };
  }

  async update(
    urn: string,
    id: string,
    old: { inputs: Properties; outputs: Properties },
    news: Properties,
  ): Promise<Properties> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.UpdateRequest();
    this.#address(request, urn);
    request.setId(id);
    request.setOldInputs(sdk.struct(forProvider(old.inputs)));
    request.setOlds(sdk.struct(forProvider(old.outputs)));
    request.setNews(sdk.struct(forProvider(news)));
    const answer = await this.#ask<InstanceType<Protocol["UpdateResponse"]>>(
      "update",
      urn,
      (client, done) => client.update(request, done),
      news,
    );
    return marked(fromStruct(answer.getProperties()), news);
  }

  /** What is there now; an empty id where nothing is. */
  async read(
    urn: string,
    id: string,
    inputs: Properties,
    outputs: Properties,
  ): Promise<{ id: string; inputs: Properties | undefined; outputs: Properties }> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.ReadRequest();
    this.#address(request, urn);
    request.setId(id);
    request.setInputs(sdk.struct(forProvider(inputs)));
    request.setProperties(sdk.struct(forProvider(outputs)));
    const answer = await this.#ask<InstanceType<Protocol["ReadResponse"]>>("read", urn, (client, done) =>
      client.read(request, done),
    );
    const found = answer.getInputs();
    return {
      id: answer.getId(),
      inputs: found === undefined ? undefined : marked(fromStruct(found), inputs),
      outputs: marked(fromStruct(answer.getProperties()), outputs),
    };
  }

  async delete(urn: string, id: string, inputs: Properties, outputs: Properties): Promise<void> {
    const { sdk } = this.#launch;
    const request = new sdk.provider.DeleteRequest();
    this.#address(request, urn);
    request.setId(id);
    request.setOldInputs(sdk.struct(forProvider(inputs)));
    request.setProperties(sdk.struct(forProvider(outputs)));
    await this.#ask("delete", urn, (client, done) => client.delete(request, done));
  }

  /** Asks it to end what it is doing; the answer says nothing. */
  async cancel(): Promise<void> {
    const client = await this.#client.catch(() => undefined);
    if (client === undefined || this.#closed) return;
    this.#launch.onCall("cancel", "");
    await new Promise<void>((resolve) => client.cancel(new this.#launch.sdk.empty.Empty(), () => resolve()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#process.stop(5_000);
    const client = await this.#client.catch(() => undefined);
    client?.close();
  }

  #address(
    request: { setUrn(urn: string): unknown; setName(name: string): unknown; setType(type: string): unknown },
    urn: string,
  ): void {
    request.setUrn(urn);
    request.setName(nameOf(urn));
    request.setType(typeOf(urn));
  }

  async #ask<Answer>(
    method: string,
    urn: string,
    call: (client: Client, done: (error: unknown, answer: Answer) => void) => unknown,
    asked: Properties = {},
  ): Promise<Answer> {
    const client = await this.#client;
    this.#launch.onCall(method, urn);
    return new Promise<Answer>((resolve, reject) => {
      call(client, (error, answer) => (error ? reject(refusal(this.#launch.sdk, error, asked)) : resolve(answer)));
    });
  }
}
