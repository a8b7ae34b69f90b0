import { testsIn } from "./tests-in";

testsIn("cli");
