/** INSERT: what is loaded twice is there twice, and where nobody can know it stops and asks. */
import { modelSuite } from "./suite";

modelSuite("INSERT");
