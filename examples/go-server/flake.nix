{
  description = "A small web server in Go: package, shell, service, machine, container";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forEachSystem = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: rec {
        default = pkgs.callPackage ./package.nix { };

        # `docker load < result`
        container = pkgs.dockerTools.buildLayeredImage {
          name = "hello-server";
          tag = "latest";
          config = {
            Entrypoint = [ (lib.getExe default) ];
            ExposedPorts."8080/tcp" = { };
            User = "65534:65534";
          };
        };
      });

      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.go
            pkgs.gopls
          ];
        };
      });

      nixosModules.default =
        { pkgs, ... }:
        {
          imports = [ ./module.nix ];
          services.hello-server.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        };

      nixosConfigurations.server = lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          self.nixosModules.default
          ./machine.nix
        ];
      };
    };
}
