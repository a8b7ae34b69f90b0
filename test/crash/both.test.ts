import { crashMatrix } from "./matrix";

crashMatrix("both");
