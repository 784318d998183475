// Stands in for `wsl-utils`: oclif asks whether this is WSL at every start, for user agents and paths that we have no use for.
module.exports = { isWsl: false, powerShellPath: async () => 'powershell.exe' };
