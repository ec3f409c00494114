export * from "./build-profile";
export * from "./manifest";
export * from "./profile-changes";
export * from "./url-name";
export * from "./whole-matcher";
