/** The tasks that load into one datasource, as Druid tells them, whatever a state knows. */
import type { World } from "./world";

export interface Run {
  id: string;
  type: string;
  statusCode: string;
  dataSource: string;
  createdTime: string;
  /** Milliseconds; -1 while it runs. */
  duration: number;
}

/** In the order of their numbers; marks and workers left out. */
export async function runsInto(world: World, dataSource: string): Promise<Run[]> {
  const tasks = (await world.tasks("pulumi-")) as Run[];
  return tasks.filter((task) => task.dataSource === dataSource && task.type === "query_controller");
}
