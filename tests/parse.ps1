# parse.ps1 SCRIPT: ends with the number of errors that PowerShell finds in its syntax.
param($script)

$errors = $null
[void][System.Management.Automation.Language.Parser]::ParseFile($script, [ref]$null, [ref]$errors)
$errors | ForEach-Object { Write-Output "$($_.Extent.StartLineNumber): $($_.Message)" }
exit $errors.Count
