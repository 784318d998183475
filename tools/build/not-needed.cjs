// Stands in for packages that oclif asks for in ways of working that this program does not have: finding commands by
// looking at files (there is a manifest), linters' ignore files, rc files, and spinners.
module.exports = new Proxy(
  {},
  {
    get: (_, name) =>
      name === '__esModule'
        ? false
        : () => {
            throw new Error(`${String(name)} is left out of this bundle`);
          },
  },
);
