import { testsIn } from "./tests-in";

testsIn("host");
