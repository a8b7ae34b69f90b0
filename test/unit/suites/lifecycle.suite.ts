import { testsIn } from "./tests-in";

testsIn("lifecycle");
