declare module "node-api-headers" {
  /** where node_api.h is */
  export const include_dir: string;
}
