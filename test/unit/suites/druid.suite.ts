import { testsIn } from "./tests-in";

testsIn("druid");
