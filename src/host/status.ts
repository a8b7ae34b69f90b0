/** Limits how often the status line of a resource is sent. */
import type { Clock } from "../base/clock";

/** A terminal shows only the newest status; a log keeps each as a separate line. */
const TERMINAL_INTERVAL_MS = 1_000;
const LOG_INTERVAL_MS = 30_000;

/**
 * Environment variables by which a log is recognized, since Pulumi does not tell a provider whether it has a terminal.
 * Not every CI sets `CI`, and programs that run Pulumi through its Automation API have no terminal.
 */
const LOGS = ["CI", "JENKINS_URL", "TF_BUILD", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID", "PULUMI_AUTOMATION_API"];

export type SendStatus = (urn: string, message: string) => void;

export interface Statuses {
  /** Sends a message at once, or the newest one at the end of the interval. Never the same twice in a row. */
  say: SendStatus;
  /** Drops the unsent message of a resource: a permanent line has been logged, or its operation is over. */
  settle(urn: string): void;
}

interface Line {
  sent: string;
  sentAtMs: number;
  /** The message to send at the end of the interval. */
  next?: string | undefined;
  timer?: AbortController | undefined;
}

export function throttled(send: SendStatus, clock: Clock, env: NodeJS.ProcessEnv): Statuses {
  const isLog = LOGS.some((name) => env[name] && !/^(false|0)$/i.test(env[name]));
  const intervalMs = isLog ? LOG_INTERVAL_MS : TERMINAL_INTERVAL_MS;
  const lines = new Map<string, Line>();

  const sendNow = (urn: string, message: string) => {
    lines.set(urn, { sent: message, sentAtMs: clock.now() });
    send(urn, message);
  };
  const later = (urn: string, line: Line) => {
    const timer = new AbortController();
    line.timer = timer;
    const sendNext = () => {
      if (!timer.signal.aborted && line.next !== undefined) sendNow(urn, line.next);
    };
    clock.sleep(line.sentAtMs + intervalMs - clock.now(), timer.signal).then(sendNext, () => undefined);
  };
  return {
    say(urn, message) {
      const line = lines.get(urn);
      if (line === undefined) return sendNow(urn, message);
      if (message === (line.next ?? line.sent)) return;
      if (clock.now() - line.sentAtMs >= intervalMs) {
        line.timer?.abort();
        return sendNow(urn, message);
      }
      line.next = message === line.sent ? undefined : message;
      if (line.timer === undefined) later(urn, line);
    },
    settle(urn) {
      const line = lines.get(urn);
      line?.timer?.abort();
      if (line) lines.set(urn, { sent: "", sentAtMs: line.sentAtMs });
    },
  };
}
