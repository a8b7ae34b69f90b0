import { describe, expect, test } from "@jest/globals";
import { cutAtWord, rootCauseOf, unwrapped } from "../../../../src/ingestion/report/root-cause";
import { recorded } from "./reports";

const READ =
  "java.lang.RuntimeException: java.lang.RuntimeException: Error occurred while trying to read uri: http://h/x.csv";

/** As Druid 27 told it of a file that was not there, shortened. */
const TRACE = `${READ}
\tat indexer//org.apache.druid.java.util.common.Either.valueOrThrow(Either.java:95)
Caused by: java.lang.RuntimeException: Error occurred while trying to read uri: http://h/x.csv
\tat indexer//org.apache.druid.data.input.impl.InputEntityIteratingReader.lambda$read$0(InputEntityIteratingReader.java:95)
\t... 17 more
Caused by: java.io.FileNotFoundException: http://h/x.csv
\tat java.base/sun.net.www.protocol.http.HttpURLConnection.getInputStream0(HttpURLConnection.java:1935)
\t... 20 more
`;

describe("rootCauseOf()", () => {
  test("is the last cause of the stack trace", () => {
    expect(
      rootCauseOf(TRACE.replaceAll("FileNotFoundException: http://h/x.csv", "FileNotFoundException: /data/x"), READ),
    ).toBe("FileNotFoundException: /data/x");
  });

  test("names the kind of trouble if its text alone says nothing new", () => {
    expect(rootCauseOf(TRACE, unwrapped(READ))).toBe("FileNotFoundException: http://h/x.csv");
  });

  test.each(["27.0.0", "37.0.0"])("is added to an error of Druid %s only if it says more", (release) => {
    const causeIn = (name: string) => {
      const fault = recorded(name, release).payload.status.errorReport;
      return rootCauseOf(fault?.exceptionStackTrace, fault?.error.errorMessage ?? "");
    };
    expect(causeIn("report-failed")).toBeUndefined();
    expect(causeIn("report-canceled")).toBeUndefined();
    expect(causeIn("report-failed-expression")).toMatch(/^JsonParseException: Unrecognized token 'A'/);
  });

  test.each([
    ["without a trace", undefined],
    ["of a trace without causes", "java.lang.RuntimeException: x\n\tat a.b(C.java:1)\n"],
  ])("%s there is none", (_what, trace) => {
    expect(rootCauseOf(trace, "x")).toBeUndefined();
  });

  test("puts a cause of several lines on one line, and is a class name if there is no text", () => {
    const lines = "x\nCaused by: java.net.ConnectException: Connection\n  refused by host\n\tat a.b(C.java:1)\n";
    expect(rootCauseOf(lines, "x")).toBe("ConnectException: Connection refused by host");
    expect(rootCauseOf("x\nCaused by: java.lang.NullPointerException\n\tat a.b(C.java:1)\n", "x")).toBe(
      "NullPointerException",
    );
  });
});

describe("cutAtWord()", () => {
  test("never leaves part of a word", () => {
    expect(cutAtWord("one two three", 9)).toBe("one two …");
    expect(cutAtWord("http://user:secret@host", 12)).toBe("…");
    expect(cutAtWord("short", 9)).toBe("short");
  });
});
