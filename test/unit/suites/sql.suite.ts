import { testsIn } from "./tests-in";

testsIn("sql");
