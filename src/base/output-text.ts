/** Recognises the text that Pulumi puts in place of an output that was used like a string. */

const OUTPUT_AS_TEXT = /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/;

/** Why a text cannot be meant. Druid would read it as SQL, or load it as a value. */
export const OUTPUT_AS_TEXT_REASON =
  "contains an output as text: in a plain template string, and in JSON.stringify, Pulumi puts a warning in place of its " +
  "value; write sql`…` or pulumi.interpolate`…` instead, and pulumi.jsonStringify for JSON";

/** Whether it stands in a text, or anywhere within a value. */
export function hasOutputAsText(value: unknown): boolean {
  if (typeof value === "string") return OUTPUT_AS_TEXT.test(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasOutputAsText);
}
