/** The runs that load into one datasource, as Druid tells them, whatever a state knows. */
import type { Task, World } from "./world";

/** In the order of their numbers; marks and workers left out. */
export async function runsInto(world: World, dataSource: string): Promise<Task[]> {
  const tasks = await world.tasks("pulumi-");
  return tasks.filter((task) => task.dataSource === dataSource && task.type === "query_controller");
}
