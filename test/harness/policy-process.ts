/** The SDK's own process for a policy pack, asked over gRPC as Pulumi's engine does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type * as Grpc from "@grpc/grpc-js";
import { LAZY_SDK } from "./lazy-sdk";

// Taken from inside the SDK: it is no dependency of ours, and two copies do not mix.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc: typeof Grpc = fromSdk("@grpc/grpc-js");
const { AnalyzerClient } = fromSdk("./proto/analyzer_grpc_pb");
const { AnalyzeRequest, AnalyzerResourceOptions } = fromSdk("./proto/analyzer_pb");
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb");
const { Empty } = fromSdk("google-protobuf/google/protobuf/empty_pb");

export interface Violation {
  policy: string;
  message: string;
  /** As Pulumi numbers them: 0 advisory, 1 mandatory. */
  level: number;
}

export interface PolicyProcess {
  /** Names and levels of the pack's policies. */
  policies(): Promise<string[]>;
  analyze(resource: { urn: string; type: string; props: object }): Promise<Violation[]>;
  stop(): Promise<void>;
}

export async function startPolicyProcess(folder: string): Promise<PolicyProcess> {
  const child = spawn(process.execPath, [fromSdk.resolve("./cmd/run-policy-pack"), "127.0.0.1:1", folder], {
    cwd: folder,
    env: { ...process.env, ...LAZY_SDK, PULUMI_NODEJS_TRANSPILE_ONLY: "true", PULUMI_NODEJS_TYPESCRIPT: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  const port = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).once("line", done);
    child.once("close", (code) => fail(new Error(`The policy process ended with ${code}:\n${output}`)));
  });
  const client = new AnalyzerClient(`127.0.0.1:${port.trim()}`, grpc.credentials.createInsecure());
  const call = <T>(method: string, request: unknown) =>
    new Promise<T>((done, fail) =>
      client[method](request, (error: Error | null, answer: T) => (error ? fail(error) : done(answer))),
    );
  return {
    policies: async () => {
      const info = await call<{ toObject(): { policiesList: { name: string }[] } }>("getAnalyzerInfo", new Empty());
      return info.toObject().policiesList.map(({ name }) => name);
    },
    analyze: async ({ urn, type, props }) => {
      const request = new AnalyzeRequest();
      request.setUrn(urn);
      request.setType(type);
      request.setName(urn.split("::").at(-1));
      request.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(props))));
      request.setOptions(new AnalyzerResourceOptions());
      type Found = { policyname: string; message: string; enforcementlevel: number };
      const answer = await call<{ toObject(): { diagnosticsList: Found[] } }>("analyze", request);
      const { diagnosticsList } = answer.toObject();
      return diagnosticsList.map((one) => ({
        policy: one.policyname,
        message: one.message,
        level: one.enforcementlevel,
      }));
    },
    stop: async () => {
      client.close();
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    },
  };
}
