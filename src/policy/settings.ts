/** What the rules' settings have in common. */
import type { EnforcementLevel } from "@pulumi/policy";

/** Settings that every rule has. */
export interface RuleSettings {
  /**
   * What a violation does.
   * @default "mandatory"
   */
  enforcementLevel?: EnforcementLevel;
}
