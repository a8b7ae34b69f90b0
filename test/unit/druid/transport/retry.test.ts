import { describe, expect, test } from "@jest/globals";
import { DruidHttpError, DruidIngestionError, DruidUnreachableError } from "../../../../src/base/errors";
import { isOutage, isTransient, withPatience } from "../../../../src/druid/transport/retry";
import { FakeClock } from "../../../harness/fake/clock";
import { bodyText, recorded } from "../recorded";
import { InstantClock } from "../web";

const http = (status: number, detail = "") => new DruidHttpError("Cannot", { status, detail });
const unreachable = (code?: string) => new DruidUnreachableError("Cannot", { sent: true, code });
const answered = (name: string) => {
  const answer = recorded(name);
  return http(answer.status, bodyText(answer));
};

describe("isTransient()", () => {
  test.each<[what: string, error: unknown, expected: boolean]>([
    ["a refused connection", unreachable("ECONNREFUSED"), true],
    ["a reset", unreachable("ECONNRESET"), true],
    ["a time-out", unreachable("ECONNABORTED"), true],
    ["a name server that is away", unreachable("EAI_AGAIN"), true],
    ["a failure without code", unreachable(), true],
    ["a name that is not there", unreachable("ENOTFOUND"), false],
    ["an unknown authority", unreachable("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), false],
    ["a self-signed certificate", unreachable("DEPTH_ZERO_SELF_SIGNED_CERT"), false],
    ["an expired certificate", unreachable("CERT_HAS_EXPIRED"), false],
    ["a certificate for another name", unreachable("ERR_TLS_CERT_ALTNAME_INVALID"), false],
    ["no TLS there", unreachable("EPROTO"), false],
    ["408, as a proxy says of a connection that was kept too long", http(408), true],
    ["502", http(502), true],
    ["503", http(503), true],
    ["504", http(504), true],
    ["429", http(429), true],
    ["307 that led nowhere", http(307), true],
    ["302", http(302), false],
    ["the Router without Overlord", answered("27.0.0/outage-status"), true],
    ["the Router without Coordinator", answered("27.0.0/outage-loadstatus"), true],
    ["a submit without Overlord", answered("27.0.0/outage-submit"), true],
    ["a 500 that wraps a 503", http(500, "Server error [503 Service Unavailable]; body: "), true],
    ["a 500 that wraps a 400", answered("27.0.0/submit-duplicate"), false],
    ["a 500 without a word", http(500), false],
    ["bad SQL", answered("27.0.0/submit-missing-table"), false],
    ["401", answered("27.0.0/unauthorized-none"), false],
    ["403", answered("27.0.0/forbidden-submit"), false],
    ["an unknown task", answered("27.0.0/status-unknown"), false],
    ["an answer of another service", new DruidIngestionError("unexpectedResponse", "Cannot"), false],
    ["an interrupt", new DruidIngestionError("interrupted", "Cannot"), false],
    ["an error of ours in the code", new TypeError("undefined"), false],
  ])("says of %s: %s", (_what, error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});

describe("isOutage(), of a wait for a server that has answered before,", () => {
  test.each<[what: string, error: unknown, expected: boolean]>([
    ["a refused connection", unreachable("ECONNREFUSED"), true],
    ["a name that is not there any more, as on a machine without network", unreachable("ENOTFOUND"), true],
    ["a 500 without a word", http(500), true],
    ["an expired certificate", unreachable("CERT_HAS_EXPIRED"), false],
    ["403", http(403), false],
  ])("says of %s: %s", (_what, error, expected) => {
    expect(isOutage(error)).toBe(expected);
  });
});

describe("withPatience()", () => {
  const failing = (errors: unknown[]) => {
    const rest = [...errors];
    return async () => {
      if (rest.length > 0) throw rest.shift();
      return "answer";
    };
  };

  test("gives the answer after transient failures, backing off", async () => {
    const clock = new InstantClock();
    const attempt = failing([http(503), unreachable("ECONNRESET"), http(502)]);
    await expect(withPatience(attempt, { clock, random: () => 1, patienceMs: 10_000 })).resolves.toBe("answer");
    expect(clock.slept).toEqual([250, 500, 1000]);
  });

  test("throws a lasting failure at once", async () => {
    const clock = new InstantClock();
    const attempt = failing([http(403)]);
    await expect(withPatience(attempt, { clock, random: () => 0, patienceMs: 10_000 })).rejects.toThrow("Cannot");
    expect(clock.slept).toEqual([]);
  });

  test("throws the last failure when patience is over, never sleeping beyond it", async () => {
    const clock = new InstantClock();
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw new DruidHttpError(`attempt ${attempts}`, { status: 503, detail: "" });
    };
    const end = withPatience(attempt, { clock, random: () => 1, patienceMs: 4_000 });
    await expect(end).rejects.toThrow("attempt 5");
    expect(clock.now()).toBe(3_750);
  });

  test("tries once without patience", async () => {
    const clock = new InstantClock();
    const end = withPatience(failing([http(503)]), { clock, random: () => 0, patienceMs: 0 });
    await expect(end).rejects.toThrow("Cannot");
  });

  test("ends its sleep when aborted", async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const patience = { clock, random: () => 0, patienceMs: 10_000, signal: abort.signal };
    const end = expect(withPatience(failing([http(503), http(503)]), patience)).rejects.toThrow("enough");
    await clock.advance(1);
    expect(clock.asleep).toBe(1);
    abort.abort(new Error("enough"));
    await end;
    expect(clock.asleep).toBe(0);
  });
});
