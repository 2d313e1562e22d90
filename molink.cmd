@echo off
rem Finds a JDK 25, builds when sources are newer than the build, and starts one role. molink --help lists the commands.
setlocal EnableExtensions EnableDelayedExpansion
set "ROOT=%~dp0"
if "%ROOT:~-1%"=="\" set "ROOT=%ROOT:~0,-1%"
set "DIST=%ROOT%\cli\target\molink"

set "JDK="
if defined JAVA_HOME call :consider "%JAVA_HOME%"
for /f "delims=" %%J in ('where java 2^>nul') do if not defined JDK for %%B in ("%%~dpJ..") do call :consider "%%~fB"
for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\jdk-*" "%ProgramFiles%\Java\jdk-*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Zulu\zulu-*" "%USERPROFILE%\.jdks\*") do if not defined JDK call :consider "%%~fD"
if not defined JDK (
  echo molink: needs a JDK 25 or newer and found none in JAVA_HOME, on PATH or in the usual folders; get one from https://adoptium.net and set JAVA_HOME to it. 1>&2
  exit /b 1
)
set "JAVA_HOME=%JDK%"
set "MOLINK_ROOT=%ROOT%"
set "MOLINK_DIST=%DIST%"

if "%~1"=="test" (
  pushd "%ROOT%"
  if "%~2"=="--full" (call mvnw.cmd -B -ntp clean verify -Dmolink.test.full=true) else (call mvnw.cmd -B -ntp clean verify)
  set "STATUS=!ERRORLEVEL!"
  popd
  exit /b !STATUS!
)

call :current
if errorlevel 1 (
  echo molink: building ^(the first time downloads libraries and takes some minutes^) ... 1>&2
  pushd "%ROOT%"
  call mvnw.cmd -B -q -Dfast -Dmaven.test.skip=true package
  if errorlevel 1 (
    popd
    echo molink: the build failed 1>&2
    exit /b 1
  )
  popd
)

set "ROLE=cli"
set "SKIP="
for %%R in (stage gateway console) do if "%~1"=="%%R" (set "ROLE=%%R" & set "SKIP=1")
for /f "usebackq eol=# tokens=1* delims==" %%K in ("%DIST%\roles\%ROLE%.role") do set "ROLE_%%K=%%L"
set "CLASS_PATH="
for %%J in (%ROLE_jar%) do set "CLASS_PATH=!CLASS_PATH!;%DIST%\lib\%%J.jar"
set "CLASS_PATH=%CLASS_PATH:~1%"
set /p COMMON=<"%DIST%\roles\common.flags"
set "ARCHIVE="
if exist "%DIST%\archives\%ROLE%.jsa" set ARCHIVE=-Xlog:cds=off -XX:SharedArchiveFile="%DIST%\archives\%ROLE%.jsa"

set "ARGUMENTS="
if defined SKIP shift
:collect
if not "%~1"=="" (
  set ARGUMENTS=!ARGUMENTS! %1
  shift
  goto collect
)
if not defined ARGUMENTS if not defined SKIP set "ARGUMENTS=--help"
"%JAVA_HOME%\bin\java.exe" %COMMON% %ROLE_jvm% %ARCHIVE% %MOLINK_JVM_FLAGS% -cp "%CLASS_PATH%" %ROLE_main% %ARGUMENTS%
exit /b %ERRORLEVEL%

rem Takes a folder as JDK when its release file says 25 or newer; starting a JVM to ask would be slow.
:consider
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "tokens=2 delims==." %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do (
  set "VERSION=%%~V"
  set "VERSION=!VERSION:"=!"
  if !VERSION! GEQ 25 set "JDK=%~1"
)
exit /b 0

rem Fails when a source is newer than the build.
:current
if not exist "%DIST%\built" exit /b 1
powershell -NoProfile -Command "$built = (Get-Item '%DIST%\built').LastWriteTime; $newer = Get-ChildItem '%ROOT%\pom.xml','%ROOT%\*\pom.xml','%ROOT%\*\src\main' -Recurse -File | Where-Object { $_.LastWriteTime -gt $built } | Select-Object -First 1; exit [int]($null -ne $newer)"
exit /b %ERRORLEVEL%
