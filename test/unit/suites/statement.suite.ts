import { testsIn } from "./tests-in";

testsIn("statement");
