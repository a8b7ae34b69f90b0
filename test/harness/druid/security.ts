// Users and roles of a Druid with basic security: each user has a role of its own.
import type { RunningDruid } from "./druid";

export interface Permission {
  resource: { name: string; type: string };
  action: "READ" | "WRITE";
}

/** Names are regular expressions in Druid. */
export const may = (action: Permission["action"], type: string, name = ".*"): Permission => ({
  resource: { name, type },
  action,
});

export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

/**
 * One after the other: Druid refuses some of several changes at once. Adds a user, or gives one that is there another password and other permissions. Servers
 * learn of it a little later.
 */
export async function setUser(
  druid: RunningDruid,
  adminPassword: string,
  user: { name: string; password: string; permissions: readonly Permission[] },
): Promise<void> {
  const post = async (path: string, body?: unknown) => {
    const url = `http://127.0.0.1:${druid.ports.coordinator}/druid-ext/basic-security/${path}`;
    const headers = { ...basic("admin", adminPassword), "content-type": "application/json" };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
    const isThere = response.status === 400 && /already exists|already has/.test(await response.text());
    if (!response.ok && !isThere) throw new Error(`Cannot set up "${path}": Druid answered ${response.status}`);
  };
  const { name, password, permissions } = user;
  const knowsThem = async () => {
    await post(`authentication/db/basic/users/${name}`);
    await post(`authentication/db/basic/users/${name}/credentials`, { password, iterations: 10 });
  };
  const maySome = async () => {
    await post(`authorization/db/basic/users/${name}`);
    await post(`authorization/db/basic/roles/${name}`);
    await post(`authorization/db/basic/users/${name}/roles/${name}`);
    await post(`authorization/db/basic/roles/${name}/permissions`, permissions);
  };
  await Promise.all([knowsThem(), maySome()]);
}
