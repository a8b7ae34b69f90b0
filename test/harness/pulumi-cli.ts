/** What a Pulumi CLI under test is told of its surroundings: everything it keeps stays below one folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export function cliEnvironment(folder: string): NodeJS.ProcessEnv {
  const [home, backend] = [join(folder, "home"), join(folder, "backend")];
  for (const each of [home, backend]) mkdirSync(each, { recursive: true });
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
