import { crashMatrix } from "./matrix";

crashMatrix("provider");
