; The installer for Windows: for one person, without administrator. Built by installers/windows/package.py, which gives the names.
;
; Every version lives in a folder of its own, app-VERSION, and is never changed once it is there. What runs from an older one, the
; program or a simulated instance, goes on undisturbed while the new one is installed; folders nobody uses any more are removed.
;
; Silent: setup.exe /S [/DESKTOP=1] [/AUTOSTART=1] [/START=1] [/D=C:\folder]   (/D comes last and takes no quotes)
;         uninstall.exe /S [/REMOVEDATA=1]

Unicode true
Target amd64-unicode
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
ManifestDPIAware true
ManifestSupportedOS Win10
ManifestLongPathAware true
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh
!include nsDialogs.nsh
!include WinVer.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${SLUG}"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define APP_PATHS_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define CLASS_KEY "Software\Classes\${SCHEME}"
!define START_MENU_LINK "$SMPROGRAMS\${NAME}.lnk"
!define DESKTOP_LINK "$DESKTOP\${NAME}.lnk"
!define DATA_FOLDER "$LOCALAPPDATA\${SLUG}"

Name "${NAME}"
Caption "${NAME} ${VERSION}"
UninstallCaption "Remove ${NAME}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText " "
!ifdef SIGN_COMMAND
  ; The uninstaller is made while the installer is packed, and is signed then or never.
  !uninstfinalize `${SIGN_COMMAND} "%1"` = 0
!endif
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "${NAME} installer"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"

Var App          ; the new folder of the program
Var WasRunning   ; 1 when the older program was running and has been asked to end
Var RemoveData   ; 1 when the person's data goes as well
Var RemoveBox

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDEBAR}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "${NAME} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "This installs ${NAME} for you alone; no administrator is needed.$\r$\n$\r$\nAn older version is replaced. Instances that run keep running meanwhile.$\r$\n$\r$\nIt is free software under the MIT licence. The licences of all its parts are in the window About."
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_TITLE "${NAME} is installed"
!define MUI_FINISHPAGE_TEXT "You find it in the Start menu."
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "Start ${NAME} now"
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.AskAboutData un.NoteAnswer
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; Give the shortcut the identity of the program: then its windows, its notifications and its place on the task bar belong together.
!macro SetAppId LINK
  Push $0
  Push $1
  Push $2
  Push $3
  Push $4
  Push $5
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("${LINK}", ${STGM_READWRITE})'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call 'Oleaut32::SysAllocString(w "${APP_ID}") p.r3'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_BSTR},,p $3)p.r5'
        ${IPropertyStore::SetValue} $2 '($4,$5)'
        System::Call 'Oleaut32::SysFreeString(p $3)'
        System::Free $4
        System::Free $5
        ${IPropertyStore::Commit} $2 ""
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("${LINK}", 1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
  Pop $5
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Pop $0
!macroend

; Remove every folder app-* in $INSTDIR but the one named KEPT, unless something in it is in use: Windows refuses to open a program for
; writing while it runs. What stays is removed by the next installation, or with the program.
!macro RemoveApps UN
Function ${UN}RemoveApps
  Exch $0 ; the folder that stays
  Push $1
  Push $2
  Push $3
  FindFirst $1 $2 "$INSTDIR\app-*"
  ${DoWhile} $2 != ""
    ${If} "$INSTDIR\$2" != $0
      ClearErrors
      FileOpen $3 "$INSTDIR\$2\${SLUG}.exe" a
      ${IfNot} ${Errors}
        FileClose $3
        ClearErrors
        FileOpen $3 "$INSTDIR\$2\${CONSOLE_SLUG}.exe" a
        ${IfNot} ${Errors}
          FileClose $3
          RMDir /r "$INSTDIR\$2"
        ${EndIf}
      ${ElseIfNot} ${FileExists} "$INSTDIR\$2\${SLUG}.exe"
        RMDir /r "$INSTDIR\$2" ; an installation that was cut short
      ${EndIf}
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1
  ClearErrors
  Pop $3
  Pop $2
  Pop $1
  Pop $0
FunctionEnd
!macroend
!insertmacro RemoveApps ""
!insertmacro RemoveApps "un."

; Give the folder of the present installation in $0, empty when there is none.
!macro PresentApp
  ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "AppFolder"
  ${IfNot} ${FileExists} "$0\${CONSOLE_SLUG}.exe"
    StrCpy $0 ""
  ${EndIf}
!macroend

Section "${NAME}" SecProgram
  SectionIn RO
  ; A new folder, whatever is there: the same version may be installed once more while it runs.
  StrCpy $App "$INSTDIR\app-${VERSION}"
  StrCpy $1 1
  ${DoWhile} ${FileExists} "$App\*.*"
    IntOp $1 $1 + 1
    StrCpy $App "$INSTDIR\app-${VERSION}-$1"
  ${Loop}
  SetOutPath "$App"
  ClearErrors
  File /r "${SOURCE}\*.*"
  ${If} ${Errors}
    SetErrorLevel 2
    SetOutPath "$TEMP"
    RMDir /r "$App"
    Abort "${NAME} could not be copied: is the disk full? Nothing was changed."
  ${EndIf}

  ; Only now, with all files in place, the older program is asked to end. Its instances go on without it.
  StrCpy $WasRunning 0
  !insertmacro PresentApp
  ${If} $0 != ""
    nsExec::Exec '"$0\${CONSOLE_SLUG}.exe" quit'
    Pop $1
    ${If} $1 == 0
      StrCpy $WasRunning 1
    ${EndIf}
  ${EndIf}

  FileOpen $2 "$INSTDIR\${CONSOLE_SLUG}.cmd" w
  FileWrite $2 '@"$App\${CONSOLE_SLUG}.exe" %*$\r$\n'
  FileClose $2
  WriteUninstaller "$INSTDIR\uninstall.exe"

  SetOutPath "$PROFILE" ; the folder in which the shortcuts start the program
  CreateShortCut "${START_MENU_LINK}" "$App\${SLUG}.exe" "" "$App\${SLUG}.exe" 0 SW_SHOWNORMAL "" "Run and watch GOWA servers"
  !insertmacro SetAppId "${START_MENU_LINK}"

  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$App\${SLUG}.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "AppFolder" "$App"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1

  WriteRegStr HKCU "${CLASS_KEY}" "" "URL:${NAME}"
  WriteRegStr HKCU "${CLASS_KEY}" "URL Protocol" ""
  WriteRegStr HKCU "${CLASS_KEY}\DefaultIcon" "" "$App\${SLUG}.exe,0"
  WriteRegStr HKCU "${CLASS_KEY}\shell\open\command" "" '"$App\${SLUG}.exe" "%1"'

  ; What is typed into Run, or after `start` in a terminal.
  WriteRegStr HKCU "${APP_PATHS_KEY}\${SLUG}.exe" "" "$App\${SLUG}.exe"
  WriteRegStr HKCU "${APP_PATHS_KEY}\${CONSOLE_SLUG}.exe" "" "$App\${CONSOLE_SLUG}.exe"

  ; The name of notifications' sender, and its icon.
  WriteRegStr HKCU "Software\Classes\AppUserModelId\${APP_ID}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "Software\Classes\AppUserModelId\${APP_ID}" "IconUri" "$App\_internal\resources\icons\gowa-desktop.svg"

  ; The start at sign-in is the person's choice, here or in the settings; after an upgrade it only leads to the new folder.
  ReadRegStr $1 HKCU "${RUN_KEY}" "${SLUG}"
  ${If} $1 != ""
    WriteRegStr HKCU "${RUN_KEY}" "${SLUG}" '"$App\${SLUG}.exe" --minimized'
  ${EndIf}

  Push "$App"
  Call RemoveApps
SectionEnd

Section /o "Icon on the desktop" SecDesktop
  SetOutPath "$PROFILE"
  CreateShortCut "${DESKTOP_LINK}" "$App\${SLUG}.exe" "" "$App\${SLUG}.exe" 0
  !insertmacro SetAppId "${DESKTOP_LINK}"
SectionEnd

Section /o "Start when I sign in" SecAutostart
  WriteRegStr HKCU "${RUN_KEY}" "${SLUG}" '"$App\${SLUG}.exe" --minimized'
SectionEnd

Section -End
  ; A person who unticks what was there on an upgrade wants it gone.
  ${IfNot} ${SectionIsSelected} ${SecDesktop}
    Delete "${DESKTOP_LINK}"
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${SecAutostart}
    DeleteRegValue HKCU "${RUN_KEY}" "${SLUG}"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  ${If} ${Silent}
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/START=" $1
    ${If} $1 == 1
    ${OrIf} $WasRunning == 1
      Call StartMinimized
    ${EndIf}
  ${EndIf}
SectionEnd

LangString DESC_SecProgram ${LANG_ENGLISH} "The program, with an entry in the Start menu."
LangString DESC_SecDesktop ${LANG_ENGLISH} "An icon on your desktop."
LangString DESC_SecAutostart ${LANG_ENGLISH} "Starts in the tray when you sign in, with the instances that should run."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} $(DESC_SecProgram)
  !insertmacro MUI_DESCRIPTION_TEXT ${SecDesktop} $(DESC_SecDesktop)
  !insertmacro MUI_DESCRIPTION_TEXT ${SecAutostart} $(DESC_SecAutostart)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "${NAME} needs Windows 10 or newer." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  SetRegView 64
  ; The choices of the installation before; the switches of a silent one come on top.
  ${If} ${FileExists} "${DESKTOP_LINK}"
    !insertmacro SelectSection ${SecDesktop}
  ${EndIf}
  ReadRegStr $0 HKCU "${RUN_KEY}" "${SLUG}"
  ${If} $0 != ""
    !insertmacro SelectSection ${SecAutostart}
  ${EndIf}
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DESKTOP=" $1
  ${If} $1 == 1
    !insertmacro SelectSection ${SecDesktop}
  ${ElseIf} $1 == 0
    !insertmacro UnselectSection ${SecDesktop}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART=" $1
  ${If} $1 == 1
    !insertmacro SelectSection ${SecAutostart}
  ${ElseIf} $1 == 0
    !insertmacro UnselectSection ${SecAutostart}
  ${EndIf}
  ClearErrors
FunctionEnd

Function StartProgram
  SetOutPath "$PROFILE"
  Exec '"$App\${SLUG}.exe"'
FunctionEnd

Function StartMinimized
  SetOutPath "$PROFILE"
  Exec '"$App\${SLUG}.exe" --minimized'
FunctionEnd

; ---- Removal ----

Function un.onInit
  SetRegView 64
  StrCpy $RemoveData 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/REMOVEDATA=" $1
  ${If} $1 == 1
    StrCpy $RemoveData 1
  ${EndIf}
  ClearErrors
FunctionEnd

Function un.AskAboutData
  !insertmacro MUI_HEADER_TEXT "Remove ${NAME}" "Running instances are stopped first."
  nsDialogs::Create 1018
  Pop $0
  ${If} $0 == error
    Abort
  ${EndIf}
  ${NSD_CreateLabel} 0 0 100% 36u "Your data stays unless you say otherwise: the instances with their settings and pairings, the installed versions of GOWA and the logs. A later installation finds it again."
  Pop $0
  ${NSD_CreateCheckbox} 0 44u 100% 12u "&Delete my data as well; this cannot be undone"
  Pop $RemoveBox
  ${If} $RemoveData == 1
    ${NSD_Check} $RemoveBox
  ${EndIf}
  ${NSD_CreateLabel} 12u 60u 95% 24u "${DATA_FOLDER}"
  Pop $0
  GetDlgItem $0 $HWNDPARENT 1
  SendMessage $0 ${WM_SETTEXT} 0 "STR:&Remove"
  nsDialogs::Show
FunctionEnd

Function un.NoteAnswer
  ${NSD_GetState} $RemoveBox $RemoveData
FunctionEnd

Section "Uninstall"
  ; Stop the program and its instances: what they use could not be removed, and nothing of ours shall go on running.
  !insertmacro PresentApp
  ${If} $0 != ""
    nsExec::Exec '"$0\${CONSOLE_SLUG}.exe" quit --stop-instances'
    Pop $1
  ${EndIf}

  Push ""
  Call un.RemoveApps
  Delete "$INSTDIR\${CONSOLE_SLUG}.cmd"
  Delete "$INSTDIR\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir "$INSTDIR" ; only when it is empty: a person may have chosen a folder with other things in it

  Delete "${START_MENU_LINK}"
  Delete "${DESKTOP_LINK}"
  DeleteRegValue HKCU "${RUN_KEY}" "${SLUG}"
  DeleteRegValue HKCU "${APPROVED_KEY}" "${SLUG}"
  DeleteRegKey HKCU "${CLASS_KEY}"
  DeleteRegKey HKCU "${APP_PATHS_KEY}\${SLUG}.exe"
  DeleteRegKey HKCU "${APP_PATHS_KEY}\${CONSOLE_SLUG}.exe"
  DeleteRegKey HKCU "Software\Classes\AppUserModelId\${APP_ID}"
  ; The program's menu on the task bar (ICustomDestinationList::DeleteList), which the shell keeps.
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_DestinationList} ${IID_ICustomDestinationList} r0 ""
  ${If} $0 P<> 0
    ${ICustomDestinationList::DeleteList} $0 '("${APP_ID}")'
    ${IUnknown::Release} $0 ""
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  ${If} $RemoveData == 1
    RMDir /r "${DATA_FOLDER}"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
