/** Rules for every ingestion of an organization; the last one is written by hand. */
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import { MsqIngestion } from "pulumi-druid";
import {
  allowedSources,
  allowedTargets,
  maxNumTasksAtMost,
  noDropDatasource,
  noOverwriteAll,
  noPlainCredentials,
  partitioningNoCoarserThan,
} from "pulumi-druid/policy";

new PolicyPack("druid-rules", {
  policies: [
    noOverwriteAll({ except: ["scratch_*"] }),
    noDropDatasource({ stacks: ["prod", "prod-*"] }),
    allowedSources({
      types: ["http", "s3"],
      uriPrefixes: ["https://druid.apache.org", "s3://lake/raw/"],
    }),
    allowedTargets({ dataSources: ["raw_*", "scratch_*"], exportPrefixes: ["s3://lake/exports/"] }),
    partitioningNoCoarserThan({ coarsest: "MONTH" }),
    noPlainCredentials(),
    maxNumTasksAtMost({ max: 10 }),
    {
      name: "waits-for-rows",
      description: "What depends on an ingestion finds its rows",
      enforcementLevel: "advisory",
      validateResource: validateResourceOfType(MsqIngestion, (ingestion, _, report) => {
        if (ingestion.waitForSegmentLoad === false) report("Set waitForSegmentLoad to true");
      }),
    },
  ],
});
