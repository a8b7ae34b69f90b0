import { testsIn } from "./tests-in";

testsIn("base");
