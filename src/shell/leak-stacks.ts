/**
 * Spares the program the stacks that Pulumi's SDK takes of each promise of each output, translated by source maps: for
 * an ingestion some 150, more than all else that declaring it costs. Pulumi shows them only with
 * PULUMI_DEBUG_PROMISE_LEAKS.
 */

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

/** The function of the SDK, in every supported release, that takes the stacks. */
const TAKES_THEM = "debuggablePromise";

/** Until the returned function is called. All other stacks stay what they are. */
export function skipLeakStacks(): () => void {
  const translate = Error.prepareStackTrace;
  if (translate === undefined || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return () => {};
  const skip: Prepare = (error, frames) =>
    frames[0]?.getFunctionName() === TAKES_THEM ? "" : translate.call(Error, error, frames);
  Error.prepareStackTrace = skip;
  return () => {
    // Unless somebody has put another one in its place meanwhile.
    if (Error.prepareStackTrace === skip) Error.prepareStackTrace = translate;
  };
}
