/** REPLACE: what nobody can know is loaded once more, which does no harm. */
import { modelSuite } from "./suite";

modelSuite("REPLACE");
