export { MsqIngestion } from "./resource";
