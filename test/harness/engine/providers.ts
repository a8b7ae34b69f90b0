/** The provider processes of one operation: one for each configuration that is needed, which is nearly always one. */
import { Provider, type ProviderLaunch } from "./provider";

export class Providers {
  readonly #launch: Omit<ProviderLaunch, "config">;
  readonly #started = new Map<string, Provider>();
  #cancelled = false;

  constructor(launch: Omit<ProviderLaunch, "config">) {
    this.#launch = launch;
  }

  /** Starts it when it is not there yet. */
  get(config: Record<string, string>): Provider {
    const key = JSON.stringify(Object.entries(config).sort());
    const known = this.#started.get(key);
    if (known !== undefined) return known;
    const provider = new Provider({ ...this.#launch, config });
    this.#started.set(key, provider);
    if (this.#cancelled) void provider.cancel();
    return provider;
  }

  cancel(): void {
    this.#cancelled = true;
    for (const provider of this.#started.values()) void provider.cancel();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#started.values()].map((provider) => provider.close()));
  }
}
