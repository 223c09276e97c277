@echo off
rem The command datasync for this checkout: finds its Python environment and starts the program there.
setlocal
set "HERE=%~dp0"
set "PYTHON="
if exist "%HERE%.venv\Scripts\python.exe" set "PYTHON=%HERE%.venv\Scripts\python.exe"
if not defined PYTHON if defined VIRTUAL_ENV if exist "%VIRTUAL_ENV%\Scripts\python.exe" set "PYTHON=%VIRTUAL_ENV%\Scripts\python.exe"
if not defined PYTHON if defined CONDA_PREFIX if exist "%CONDA_PREFIX%\python.exe" set "PYTHON=%CONDA_PREFIX%\python.exe"
if not defined PYTHON goto missing
"%PYTHON%" -c "import importlib.util as u, sys; sys.exit(not u.find_spec('dataframely'))" 2>nul
if errorlevel 1 goto missing
if defined PYTHONPATH (set "PYTHONPATH=%HERE:~0,-1%;%PYTHONPATH%") else (set "PYTHONPATH=%HERE:~0,-1%")
"%PYTHON%" -P -m datasync_lib %*
exit /b %errorlevel%

:missing
echo datasync: there is no Python environment for %HERE% yet. Make it once, one of: 1>&2
echo   conda env create -f environment.yml  and then  conda activate datasync 1>&2
echo   py -m venv .venv  and then  .venv\Scripts\python -m pip install --require-hashes -r requirements.lock 1>&2
exit /b 2
