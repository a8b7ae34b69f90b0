// The properties of each Druid service and the options of the JVM around them. Pure: paths and ports come in.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { majorOf } from "./folder";

export const services = ["coordinator", "broker", "historical", "indexer", "router"] as const;
export type Service = (typeof services)[number];
export type Ports = Record<Service | "zookeeper" | "derby", number>;
export type Properties = Record<string, string | number | boolean>;

export interface Settings {
  /** Druid's. */
  version: string;
  dataDirectory: string;
  ports: Ports;
  coordinatorPeriodMs: number;
  segmentsPollMs: number;
  workerCapacity: number;
  basicAuth?: { adminPassword: string } | undefined;
  properties?: Properties | undefined;
}

export const HOST = "127.0.0.1";

const duration = (ms: number) => `PT${ms / 1000}S`;

/** Services must agree on it over every start on the same data, and nobody has to know it. */
const internalPassword = (adminPassword: string) =>
  createHash("sha256").update(`internal ${adminPassword}`).digest("hex");

function security({ adminPassword }: { adminPassword: string }): Properties {
  const internal = internalPassword(adminPassword);
  return {
    "druid.auth.authenticatorChain": '["basic"]',
    "druid.auth.authenticator.basic.type": "basic",
    "druid.auth.authenticator.basic.initialAdminPassword": adminPassword,
    "druid.auth.authenticator.basic.initialInternalClientPassword": internal,
    "druid.auth.authenticator.basic.authorizerName": "basic",
    // Services ask each other several times a second, and each time the password is hashed: 10,000 rounds by default.
    "druid.auth.authenticator.basic.credentialIterations": 10,
    "druid.auth.authorizers": '["basic"]',
    "druid.auth.authorizer.basic.type": "basic",
    "druid.escalator.type": "basic",
    "druid.escalator.internalClientUsername": "druid_system",
    "druid.escalator.internalClientPassword": internal,
    "druid.escalator.authorizerName": "basic",
    // By default a service may take a minute to learn of a new user.
    "druid.auth.basic.common.pollingPeriod": 500,
    "druid.auth.basic.common.maxRandomDelay": 50,
  };
}

function common({ version, dataDirectory, ports, basicAuth }: Settings): Properties {
  const database = join(dataDirectory, "metadata.db");
  return {
    "druid.extensions.loadList": "[]",
    "druid.host": HOST,
    "druid.bindOnHost": true,
    "druid.zk.service.host": `${HOST}:${ports.zookeeper}`,
    "druid.metadata.storage.type": "derby",
    "druid.metadata.storage.connector.connectURI": `jdbc:derby://${HOST}:${ports.derby}/${database};create=true`,
    "druid.metadata.storage.connector.host": HOST,
    "druid.metadata.storage.connector.port": ports.derby,
    // A quarter less work for each look at a task: Derby is a server of its own, and reads a statement anew each time.
    "druid.metadata.storage.connector.dbcp.poolPreparedStatements": true,
    "druid.storage.type": "local",
    "druid.storage.storageDirectory": join(dataDirectory, "segments"),
    "druid.indexer.logs.type": "file",
    "druid.indexer.logs.directory": join(dataDirectory, "tasks"),
    "druid.indexer.storage.type": "metadata",
    "druid.selectors.indexing.serviceName": "druid/overlord",
    "druid.selectors.coordinator.serviceName": "druid/coordinator",
    // Without lookups configured, waiting for them costs a minute.
    "druid.lookup.enableLookupSyncOnStartup": false,
    "druid.server.http.gracefulShutdownTimeout": "PT1S",
    // The other kind sleeps for 5 s at the start; 38 has no other.
    ...(majorOf(version) < 38 ? { "druid.serverview.type": "batch" } : {}),
    ...(basicAuth ? security(basicAuth) : {}),
  };
}

const processing = (threads: number): Properties => ({
  "druid.processing.buffer.sizeBytes": "5MiB",
  "druid.processing.numMergeBuffers": 2,
  "druid.processing.numThreads": Math.max(1, Math.ceil(threads)),
});

function own(service: Service, settings: Settings): Properties {
  switch (service) {
    case "coordinator":
      return {
        "druid.coordinator.asOverlord.enabled": true,
        "druid.coordinator.asOverlord.overlordService": "druid/overlord",
        "druid.coordinator.startDelay": "PT1S",
        "druid.coordinator.period": duration(settings.coordinatorPeriodMs),
        "druid.manager.segments.pollDuration": duration(settings.segmentsPollMs),
        "druid.indexer.queue.startDelay": "PT1S",
        "druid.indexer.runner.type": "httpRemote",
      };
    case "broker":
      // Else it counts the rows of a new segment a minute late.
      return { ...processing(1), "druid.sql.planner.metadataRefreshPeriod": "PT1S" };
    case "historical":
      return {
        ...processing(1),
        "druid.segmentCache.locations": JSON.stringify([
          { path: join(settings.dataDirectory, "cache"), maxSize: "1g" },
        ]),
      };
    case "indexer":
      // The threads are shared by all tasks: with fewer than sources that stall at once, every other ingestion stalls
      // too.
      return { ...processing(settings.workerCapacity / 2), "druid.worker.capacity": settings.workerCapacity };
    case "router":
      return { "druid.router.managementProxy.enabled": true };
  }
}

/** Everything that `service` is to know. */
export function propertiesOf(service: Service, settings: Settings): Properties {
  return {
    ...common(settings),
    "druid.service": `druid/${service}`,
    "druid.plaintextPort": settings.ports[service],
    ...own(service, settings),
    ...settings.properties,
  };
}

/** The text of a Java properties file; whatever could mean something in one is written by its code. */
export function propertiesText(properties: Properties): string {
  const plain = (text: string) =>
    text.replace(/[^\w.,/@;"'{}()[\]-]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${plain(String(value))}\n`)
    .join("");
}

export const loggingText = (file: string) => `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="ERROR">
  <Appenders>
    <File name="log" fileName="${file.replace(/[&"<]/g, (c) => `&#${c.charCodeAt(0)};`)}">
      <PatternLayout pattern="%d{ISO8601} %p [%t] %c{1} - %m%n"/>
    </File>
  </Appenders>
  <Loggers>
    <Root level="warn"><AppenderRef ref="log"/></Root>
  </Loggers>
</Configuration>
`;

/** MSQ of 37 refuses to run in less than 64 MiB for each task that there may be; that of 27 does not count. */
const heapMiBPerTask = (version: string): number => (majorOf(version) > 27 ? 128 : 64);

/**
 * Small and quick to start: a heap that the tasks fit into, and the compiler that needs the least warming up. `run` is
 * the folder of what belongs to one start.
 */
export function jvmOptions(run: string, workerCapacity: number, version: string): string[] {
  const open = [
    "java.base/java.nio",
    "java.base/sun.nio.ch",
    "java.base/jdk.internal.ref",
    "java.base/java.io",
    "java.base/java.lang",
    "jdk.management/com.sun.management.internal",
  ];
  return [
    `-Xmx${workerCapacity * heapMiBPerTask(version)}m`,
    // A service that is stopped and started again takes its buffers anew, and the old ones are never given back.
    "-XX:MaxDirectMemorySize=512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    // Checking the classes of released jars takes a tenth of the start.
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
    "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
    ...open.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
    `-Djava.io.tmpdir=${join(run, "tmp")}`,
    `-Dderby.stream.error.file=${join(run, "derby.log")}`,
    `-Dlog4j.configurationFile=${join(run, "log4j2.xml")}`,
    "-Djava.util.logging.manager=org.apache.logging.log4j.jul.LogManager",
    "-Dlog4j2.disable.jmx=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dzookeeper.admin.enableServer=false",
  ];
}
