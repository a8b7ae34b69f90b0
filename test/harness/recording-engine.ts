// Stands where Pulumi's engine stands beside a provider process, and keeps what it is told. Only Log and
// GetRootResource are served.
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/engine_pb";

// Taken from inside the SDK: it is no dependency of ours, and two copies do not mix.
const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const grpc: typeof Grpc = fromSdk("@grpc/grpc-js");
const { EngineService } = fromSdk("./proto/engine_grpc_pb");
const { Empty } = fromSdk("google-protobuf/google/protobuf/empty_pb");

export interface LogLine {
  severity: "debug" | "info" | "warning" | "error";
  urn: string;
  message: string;
  /** Shown beside the row only, and gone afterwards. */
  ephemeral: boolean;
}

export interface RecordingEngine {
  port: number;
  /** In order. */
  logs: LogLine[];
  /** Resolves with the first line, told or to be told, that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Cuts every connection, as the death of an engine does. */
  stop(): void;
}

export async function serveEngine(): Promise<RecordingEngine> {
  const logs: LogLine[] = [];
  const waiting: { fits: (line: LogLine) => boolean; resolve: (line: LogLine) => void }[] = [];
  const severities = ["debug", "info", "warning", "error"] as const;
  const server = new grpc.Server();
  server.addService(EngineService, {
    log(call: { request: messages.LogRequest }, answer: (error: null, value: unknown) => void) {
      const { request } = call;
      const line: LogLine = {
        severity: severities[request.getSeverity()] ?? "error",
        urn: request.getUrn(),
        message: request.getMessage(),
        ephemeral: request.getEphemeral(),
      };
      logs.push(line);
      for (const { fits, resolve } of waiting) if (fits(line)) resolve(line);
      answer(null, new Empty());
    },
    getRootResource(_call: unknown, answer: (error: null, value: unknown) => void) {
      answer(null, new messages.GetRootResourceResponse());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    port,
    logs,
    logged: (fits: (line: LogLine) => boolean) =>
      new Promise<LogLine>((resolve) => {
        const told = logs.find(fits);
        if (told) resolve(told);
        else waiting.push({ fits, resolve });
      }),
    stop: () => server.forceShutdown(),
  };
}
