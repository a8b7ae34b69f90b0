/** How long a worker writes one segment, which has three million rows unless the query says otherwise. */
export const SEGMENT_MIN_MS = 10_000;
export const SEGMENT_MAX_MS = 200_000;

export const segmentsIn = (ms: number, segmentMs: number): number => Math.max(1, Math.round(ms / segmentMs));
