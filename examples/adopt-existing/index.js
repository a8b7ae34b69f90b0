/**
 * Brings rows that the console or a script has loaded under Pulumi's management. Set the id of that task with
 * `pulumi config set taskId query-…`, and write the statement that it ran. Nothing runs until you change the statement.
 */
const pulumi = require("@pulumi/pulumi");
const { MsqIngestion, sql } = require("pulumi-druid");

const config = new pulumi.Config();

const pages = new MsqIngestion("pages", {
  query: sql`
    REPLACE INTO ${sql.id(config.require("target"))} OVERWRITE ALL
    SELECT TIME_PARSE("t") AS __time, "page"
    FROM ${sql.extern({ type: "inline", data: '{"t":"2024-01-01","page":"home"}' }, { type: "json" }, { t: "VARCHAR", page: "VARCHAR" })}
    PARTITIONED BY DAY`,
  adoptTaskId: config.get("taskId"),
});

exports.adopted = pages.adopted;
exports.taskId = pages.taskId;
