import { join } from "node:path";
import { testsIn } from "./folder";

testsIn(join(__dirname, "base"));
