/** Settings that every rule has. */
import type { EnforcementLevel } from "@pulumi/policy";

export interface RuleSettings {
  /**
   * What a violation does.
   * @default "mandatory"
   */
  enforcementLevel?: EnforcementLevel;
}
