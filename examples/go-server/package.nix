{ lib, buildGoModule }:

buildGoModule {
  pname = "hello-server";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./go.mod
      (lib.fileset.fileFilter (file: file.hasExt "go") ./.)
    ];
  };

  # It needs nothing but Go's own library.
  vendorHash = null;

  meta = {
    description = "Web server that greets";
    license = lib.licenses.mit;
    mainProgram = "hello-server";
  };
}
