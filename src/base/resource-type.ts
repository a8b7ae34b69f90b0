/** The resource's type in Pulumi's state, by which reviews and policies find it. */
export const RESOURCE_TYPE = "pulumi-nodejs:dynamic/druid:MsqIngestion";
