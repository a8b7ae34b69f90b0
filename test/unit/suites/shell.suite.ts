import { testsIn } from "./tests-in";

testsIn("shell");
