/** The runs that load into one datasource, as Druid tells them, whatever a state knows. */
import type { Task, World } from "./world";

/** In the order of their numbers; marks and workers left out. */
export async function runsInto(world: World, dataSource: string): Promise<Task[]> {
  const tasks = await world.tasks("pulumi-");
  return tasks.filter((task) => task.dataSource === dataSource && task.type === "query_controller");
}

/** Ends the worker's own task, as a restart of its server does. */
export async function loseWorker(world: World, dataSource: string): Promise<void> {
  const tasks = await world.tasks("pulumi-");
  const worker = tasks.find(
    (task) => task.dataSource === dataSource && task.type === "query_worker" && task.statusCode === "RUNNING",
  );
  const response = await fetch(`${world.url}/druid/indexer/v1/task/${worker?.id}/shutdown`, { method: "POST" });
  if (response.status !== 200) throw new Error(`Cannot end the worker ${worker?.id}: ${response.status}`);
}
