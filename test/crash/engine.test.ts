import { crashMatrix } from "./matrix";

crashMatrix("engine");
