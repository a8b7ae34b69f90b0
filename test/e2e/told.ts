import type { Ended, TestStack } from "../harness/stack";

/** A preview that says so. One of a busy Druid may have had no answer within the time that it takes for it. */
export async function told(stack: TestStack, text: string, program = ""): Promise<Ended> {
  for (let left = 9; ; left -= 1) {
    const ended = await stack.must("preview", program);
    if (ended.output.includes(text) || left === 0) return ended;
  }
}
