import { testsIn } from "./tests-in";

testsIn("backfill");
