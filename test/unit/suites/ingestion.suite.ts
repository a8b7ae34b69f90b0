import { testsIn } from "./tests-in";

testsIn("ingestion");
