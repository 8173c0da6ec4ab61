<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
 <context>
  <name>AboutDialog</name>
  <message>
   <source>About GOWA Desktop</source>
   <translation>About GOWA Desktop</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Components and their licences</source>
   <translation>Components and their licences</translation>
  </message>
  <message>
   <source>Copy version and system</source>
   <translation>Copy version and system</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Licence</translation>
  </message>
  <message>
   <source>Made of, and on these terms</source>
   <translation>Made of, and on these terms</translation>
  </message>
  <message>
   <source>Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence.</source>
   <translation>Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence.</translation>
  </message>
  <message>
   <source>The text of the licence does not lie beside this copy of the program.</source>
   <translation>The text of the licence does not lie beside this copy of the program.</translation>
  </message>
  <message>
   <source>What it runs on</source>
   <translation>What it runs on</translation>
  </message>
 </context>
 <context>
  <name>Actions</name>
  <message>
   <source>About GOWA Desktop…</source>
   <translation>About GOWA Desktop…</translation>
  </message>
  <message>
   <source>Alerts…</source>
   <translation>Alerts…</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>All instances side by side</translation>
  </message>
  <message>
   <source>Command palette…</source>
   <translation>Command palette…</translation>
  </message>
  <message>
   <source>Copy URL</source>
   <translation>Copy URL</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Delete…</translation>
  </message>
  <message>
   <source>Diagnostics file…</source>
   <translation>Diagnostics file…</translation>
  </message>
  <message>
   <source>Disk and media…</source>
   <translation>Disk and media…</translation>
  </message>
  <message>
   <source>Force kill…</source>
   <translation>Force kill…</translation>
  </message>
  <message>
   <source>GOWA versions…</source>
   <translation>GOWA versions…</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Help</translation>
  </message>
  <message>
   <source>Import GOWA version…</source>
   <translation>Import GOWA version…</translation>
  </message>
  <message>
   <source>Keyboard shortcuts…</source>
   <translation>Keyboard shortcuts…</translation>
  </message>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Log of GOWA Desktop</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Logs of all instances</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>New instance</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>Open folder</translation>
  </message>
  <message>
   <source>Open in browser</source>
   <translation>Open in browser</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Quit</translation>
  </message>
  <message>
   <source>Reset data…</source>
   <translation>Reset data…</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Restart</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Search</translation>
  </message>
  <message>
   <source>Self-test…</source>
   <translation>Self-test…</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Settings…</translation>
  </message>
  <message>
   <source>Snapshots…</source>
   <translation>Snapshots…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stop</translation>
  </message>
  <message>
   <source>Supervision…</source>
   <translation>Supervision…</translation>
  </message>
  <message>
   <source>Tags…</source>
   <translation>Tags…</translation>
  </message>
  <message>
   <source>Trash…</source>
   <translation>Trash…</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Undo</translation>
  </message>
  <message>
   <source>Update GOWA…</source>
   <translation>Update GOWA…</translation>
  </message>
 </context>
 <context>
  <name>AfterwardsPage</name>
  <message>
   <source>I have read what is kept and what is lost</source>
   <translation>I have read what is kept and what is lost</translation>
  </message>
  <message>
   <source>What to do afterwards</source>
   <translation>What to do afterwards</translation>
  </message>
 </context>
 <context>
  <name>AlertsDialog</name>
  <message>
   <source> %</source>
   <translation> %</translation>
  </message>
  <message>
   <source> MB</source>
   <translation> MB</translation>
  </message>
  <message>
   <source>&amp;CPU of one core</source>
   <translation>&amp;CPU of one core</translation>
  </message>
  <message>
   <source>&amp;Folder on the disk</source>
   <translation>&amp;Folder on the disk</translation>
  </message>
  <message>
   <source>&amp;Memory</source>
   <translation>&amp;Memory</translation>
  </message>
  <message>
   <source>Alerts</source>
   <translation>Alerts</translation>
  </message>
  <message>
   <source>All instances</source>
   <translation>All instances</translation>
  </message>
  <message>
   <source>CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab.</source>
   <translation>CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab.</translation>
  </message>
  <message>
   <source>F&amp;or</source>
   <translation>F&amp;or</translation>
  </message>
  <message>
   <source>F&amp;ree room on the disk</source>
   <translation>F&amp;ree room on the disk</translation>
  </message>
  <message>
   <source>For which instances</source>
   <translation>For which instances</translation>
  </message>
  <message>
   <source>Nothing is too much now.</source>
   <translation>Nothing is too much now.</translation>
  </message>
  <message>
   <source>Nothing is watched yet. Choose a limit below.</source>
   <translation>Nothing is watched yet. Choose a limit below.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Too much now</source>
   <translation>Too much now</translation>
  </message>
  <message>
   <source>What counts as too much</source>
   <translation>What counts as too much</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>and {count} more</translation>
  </message>
 </context>
 <context>
  <name>ApplyTemplateDialog</name>
  <message>
   <source>Apply</source>
   <translation>Apply</translation>
  </message>
  <message>
   <source>Apply a template to {count} instances</source>
   <translation>Apply a template to {count} instances</translation>
  </message>
  <message>
   <source>Apply a template to {name}</source>
   <translation>Apply a template to {name}</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Save it anew from an instance.</translation>
  </message>
  <message>
   <source>Template</source>
   <translation>Template</translation>
  </message>
  <message>
   <source>This template cannot be read.</source>
   <translation>This template cannot be read.</translation>
  </message>
 </context>
 <context>
  <name>BulkEditDialog</name>
  <message>
   <source>Change a setting of {count} instances</source>
   <translation>Change a setting of {count} instances</translation>
  </message>
  <message>
   <source>Change a setting of {name}</source>
   <translation>Change a setting of {name}</translation>
  </message>
  <message>
   <source>Put it &amp;back to the default</source>
   <translation>Put it &amp;back to the default</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Setting</translation>
  </message>
  <message>
   <source>Setting to change</source>
   <translation>Setting to change</translation>
  </message>
  <message>
   <source>They differ now.</source>
   <translation>They differ now.</translation>
  </message>
 </context>
 <context>
  <name>ChangeModel</name>
  <message>
   <source>Instance</source>
   <translation>Instance</translation>
  </message>
  <message>
   <source>New</source>
   <translation>New</translation>
  </message>
  <message>
   <source>Not possible</source>
   <translation>Not possible</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Now</translation>
  </message>
  <message>
   <source>Other settings</source>
   <translation>Other settings</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Setting</translation>
  </message>
  <message>
   <source>Skipped. {reason}</source>
   <translation>Skipped. {reason}</translation>
  </message>
  <message>
   <source>Stays as it is</source>
   <translation>Stays as it is</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>changed</translation>
  </message>
  <message>
   <source>{name}: {setting}, now {old}, new {new}</source>
   <translation>{name}: {setting}, now {old}, new {new}</translation>
  </message>
  <message>
   <source>{name}: {setting}, {reason}</source>
   <translation>{name}: {setting}, {reason}</translation>
  </message>
 </context>
 <context>
  <name>ChangeTable</name>
  <message>
   <source>What changes</source>
   <translation>What changes</translation>
  </message>
 </context>
 <context>
  <name>ChartFiles</name>
  <message>
   <source>All instances side by side</source>
   <translation>All instances side by side</translation>
  </message>
  <message>
   <source>Export and more</source>
   <translation>Export and more</translation>
  </message>
  <message>
   <source>Export figures</source>
   <translation>Export figures</translation>
  </message>
  <message>
   <source>Export figures (CSV)…</source>
   <translation>Export figures (CSV)…</translation>
  </message>
  <message>
   <source>Export picture</source>
   <translation>Export picture</translation>
  </message>
  <message>
   <source>Export picture (PNG)…</source>
   <translation>Export picture (PNG)…</translation>
  </message>
  <message>
   <source>Pictures (*.png)</source>
   <translation>Pictures (*.png)</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>Tables (*.csv)</translation>
  </message>
  <message>
   <source>The figures are in {file}.</source>
   <translation>The figures are in {file}.</translation>
  </message>
  <message>
   <source>The picture is in {file}.</source>
   <translation>The picture is in {file}.</translation>
  </message>
 </context>
 <context>
  <name>ChartsTab</name>
  <message>
   <source>Back to now</source>
   <translation>Back to now</translation>
  </message>
  <message>
   <source>CPU of the machine</source>
   <translation>CPU of the machine</translation>
  </message>
  <message>
   <source>Charts of CPU, memory and disk. {summary}</source>
   <translation>Charts of CPU, memory and disk. {summary}</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>How much time is shown</translation>
  </message>
  <message>
   <source>No history yet.
None of them ran in {time}. Choose a longer time above.</source>
   <translation>No history yet.
None of them ran in {time}. Choose a longer time above.</translation>
  </message>
  <message>
   <source>No history yet.
The first figures come within a few seconds.</source>
   <translation>No history yet.
The first figures come within a few seconds.</translation>
  </message>
  <message>
   <source>No history yet.
{name} did not run in {time}. Start it, or choose a longer time above.</source>
   <translation>No history yet.
{name} did not run in {time}. Start it, or choose a longer time above.</translation>
  </message>
  <message>
   <source>Off: 100 % is one core. On: 100 % is all cores of this computer.</source>
   <translation>Off: 100 % is one core. On: 100 % is all cores of this computer.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparing the charts…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>The first {shown} of {count} selected instances are shown.</source>
   <translation>The first {shown} of {count} selected instances are shown.</translation>
  </message>
 </context>
 <context>
  <name>ChoosePage</name>
  <message>
   <source>Choose &amp;all</source>
   <translation>Choose &amp;all</translation>
  </message>
  <message>
   <source>Choose n&amp;one</source>
   <translation>Choose n&amp;one</translation>
  </message>
  <message>
   <source>Update to &amp;version</source>
   <translation>Update to &amp;version</translation>
  </message>
  <message>
   <source>Version to update to</source>
   <translation>Version to update to</translation>
  </message>
 </context>
 <context>
  <name>CleanDialog</name>
  <message>
   <source> days</source>
   <translation> days</translation>
  </message>
  <message>
   <source>&amp;Clean up</source>
   <translation>&amp;Clean up</translation>
  </message>
  <message>
   <source>&amp;Delete received media by itself once they are older than</source>
   <translation>&amp;Delete received media by itself once they are older than</translation>
  </message>
  <message>
   <source>1 file</source>
   <translation>1 file</translation>
  </message>
  <message>
   <source>1 file could not be removed.</source>
   <translation>1 file could not be removed.</translation>
  </message>
  <message>
   <source>1 file is gone; {size} are free again.</source>
   <translation>1 file is gone; {size} are free again.</translation>
  </message>
  <message>
   <source>1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.</translation>
  </message>
  <message>
   <source>1 file, {size}, is older than {days} days. It is of {when}.</source>
   <translation>1 file, {size}, is older than {days} days. It is of {when}.</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Changed</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Days</translation>
  </message>
  <message>
   <source>Delete media</source>
   <translation>Delete media</translation>
  </message>
  <message>
   <source>Delete received media of {name}?</source>
   <translation>Delete received media of {name}?</translation>
  </message>
  <message>
   <source>Delete them &amp;now…</source>
   <translation>Delete them &amp;now…</translation>
  </message>
  <message>
   <source>Disk of {name}</source>
   <translation>Disk of {name}</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Looking…</translation>
  </message>
  <message>
   <source>No received media are older than {days} days.</source>
   <translation>No received media are older than {days} days.</translation>
  </message>
  <message>
   <source>Received media</source>
   <translation>Received media</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Size</translation>
  </message>
  <message>
   <source>The folder has not been measured yet.</source>
   <translation>The folder has not been measured yet.</translation>
  </message>
  <message>
   <source>The largest files that would go</source>
   <translation>The largest files that would go</translation>
  </message>
  <message>
   <source>The largest of them</source>
   <translation>The largest of them</translation>
  </message>
  <message>
   <source>There is nothing to clean up.</source>
   <translation>There is nothing to clean up.</translation>
  </message>
  <message>
   <source>What nobody misses</source>
   <translation>What nobody misses</translation>
  </message>
  <message>
   <source>WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.</source>
   <translation>WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.</translation>
  </message>
  <message>
   <source>{count} files</source>
   <translation>{count} files</translation>
  </message>
  <message>
   <source>{count} files are gone; {size} are free again.</source>
   <translation>{count} files are gone; {size} are free again.</translation>
  </message>
  <message>
   <source>{count} files could not be removed.</source>
   <translation>{count} files could not be removed.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are older than {days} days. The oldest is of {when}.</source>
   <translation>{count} files, {size}, are older than {days} days. The oldest is of {when}.</translation>
  </message>
  <message>
   <source>{files}, {size}: dumps of the history, second copies of images, old QR pictures.</source>
   <translation>{files}, {size}: dumps of the history, second copies of images, old QR pictures.</translation>
  </message>
 </context>
 <context>
  <name>CleanUpDialog</name>
  <message>
   <source>&amp;Keep the newest</source>
   <translation>&amp;Keep the newest</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Clean up versions</translation>
  </message>
  <message>
   <source>Nothing to remove.</source>
   <translation>Nothing to remove.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Remove</translation>
  </message>
  <message>
   <source>Removes {versions} and frees {size}.</source>
   <translation>Removes {versions} and frees {size}.</translation>
  </message>
  <message>
   <source>Versions that an instance uses stay in any case.</source>
   <translation>Versions that an instance uses stay in any case.</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} more</translation>
  </message>
 </context>
 <context>
  <name>CloseQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>GOWA Desktop can stay in the tray: its icon shows how your instances are, and a click on it brings the window back.</source>
   <translation>GOWA Desktop can stay in the tray: its icon shows how your instances are, and a click on it brings the window back.</translation>
  </message>
  <message>
   <source>Keep GOWA Desktop at hand?</source>
   <translation>Keep GOWA Desktop at hand?</translation>
  </message>
  <message>
   <source>Keep in task bar</source>
   <translation>Keep in task bar</translation>
  </message>
  <message>
   <source>Keep in tray</source>
   <translation>Keep in tray</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Quit</translation>
  </message>
  <message>
   <source>This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.</source>
   <translation>This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.</translation>
  </message>
  <message>
   <source>Your instances keep running either way, unless you choose to stop them when you quit.</source>
   <translation>Your instances keep running either way, unless you choose to stop them when you quit.</translation>
  </message>
 </context>
 <context>
  <name>CommandLine</name>
  <message>
   <source>(After a restart.)</source>
   <translation>(After a restart.)</translation>
  </message>
  <message>
   <source>(Until it is restarted.)</source>
   <translation>(Until it is restarted.)</translation>
  </message>
  <message>
   <source>(in the trash, for seven days at most)</source>
   <translation>(in the trash, for seven days at most)</translation>
  </message>
  <message>
   <source>--json goes with a command or with --self-test.</source>
   <translation>--json goes with a command or with --self-test.</translation>
  </message>
  <message>
   <source>--screenshot goes with --self-test.</source>
   <translation>--screenshot goes with --self-test.</translation>
  </message>
  <message>
   <source>--then goes with the window.</source>
   <translation>--then goes with the window.</translation>
  </message>
  <message>
   <source>A command cannot be combined with a way to start the program.</source>
   <translation>A command cannot be combined with a way to start the program.</translation>
  </message>
  <message>
   <source>A name and --all do not go together.</source>
   <translation>A name and --all do not go together.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Add --yes to do it.</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Address</translation>
  </message>
  <message>
   <source>As of {checked_at}.</source>
   <translation>As of {checked_at}.</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Chats</source>
   <translation>Chats</translation>
  </message>
  <message>
   <source>Check the path after --data-dir, or start GOWA Desktop with it once.</source>
   <translation>Check the path after --data-dir, or start GOWA Desktop with it once.</translation>
  </message>
  <message>
   <source>Checksum</source>
   <translation>Checksum</translation>
  </message>
  <message>
   <source>Choose another with --data-dir.</source>
   <translation>Choose another with --data-dir.</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Created</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Deleted</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>Ends by itself</source>
   <translation>Ends by itself</translation>
  </message>
  <message>
   <source>Error</source>
   <translation>Error</translation>
  </message>
  <message>
   <source>Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs also work while it is not running.</source>
   <translation>Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs also work while it is not running.</translation>
  </message>
  <message>
   <source>Exposed</source>
   <translation>Exposed</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Failed</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>Files</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Folder</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Goes</source>
   <translation>Goes</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Installed</translation>
  </message>
  <message>
   <source>JSON carries everything, a .env what GOWA itself can read</source>
   <translation>JSON carries everything, a .env what GOWA itself can read</translation>
  </message>
  <message>
   <source>Key</source>
   <translation>Key</translation>
  </message>
  <message>
   <source>Kill which instance?</source>
   <translation>Kill which instance?</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Made</source>
   <translation>Made</translation>
  </message>
  <message>
   <source>Meaning</source>
   <translation>Meaning</translation>
  </message>
  <message>
   <source>Media</source>
   <translation>Media</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Memory limit</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Name one after --data-dir, or leave it out.</source>
   <translation>Name one after --data-dir, or leave it out.</translation>
  </message>
  <message>
   <source>Names and --all do not go together.</source>
   <translation>Names and --all do not go together.</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>No line fits.</translation>
  </message>
  <message>
   <source>No releases are known yet. Ask for them with: gowa-desktop versions available --refresh</source>
   <translation>No releases are known yet. Ask for them with: gowa-desktop versions available --refresh</translation>
  </message>
  <message>
   <source>No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE</source>
   <translation>No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notes</translation>
  </message>
  <message>
   <source>Nothing was updated yet. Begin with: gowa-desktop update NAME</source>
   <translation>Nothing was updated yet. Begin with: gowa-desktop update NAME</translation>
  </message>
  <message>
   <source>Option</source>
   <translation>Option</translation>
  </message>
  <message>
   <source>Over: {sentence}</source>
   <translation>Over: {sentence}</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Port</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Priority</translation>
  </message>
  <message>
   <source>Process</source>
   <translation>Process</translation>
  </message>
  <message>
   <source>Processes</source>
   <translation>Processes</translation>
  </message>
  <message>
   <source>Published</source>
   <translation>Published</translation>
  </message>
  <message>
   <source>Restart which instance?</source>
   <translation>Restart which instance?</translation>
  </message>
  <message>
   <source>Retry in {time}</source>
   <translation>Retry in {time}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Retrying</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window.</source>
   <translation>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window.</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Running</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Running, not answering</translation>
  </message>
  <message>
   <source>See {program} --help.</source>
   <translation>See {program} --help.</translation>
  </message>
  <message>
   <source>See {prog} --help.</source>
   <translation>See {prog} --help.</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sessions</translation>
  </message>
  <message>
   <source>Set GOWA_DESKTOP_DEBUG=1 to see the details.</source>
   <translation>Set GOWA_DESKTOP_DEBUG=1 to see the details.</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Size</translation>
  </message>
  <message>
   <source>Snapshot</source>
   <translation>Snapshot</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop: {summary}.</source>
   <translation>Something went wrong inside GOWA Desktop: {summary}.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Source</translation>
  </message>
  <message>
   <source>Start it with: gowa-desktop start {name}</source>
   <translation>Start it with: gowa-desktop start {name}</translation>
  </message>
  <message>
   <source>Start which instance?</source>
   <translation>Start which instance?</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Starting</translation>
  </message>
  <message>
   <source>State</source>
   <translation>State</translation>
  </message>
  <message>
   <source>Stop which instance?</source>
   <translation>Stop which instance?</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Stopped</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Stopping</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tags</translation>
  </message>
  <message>
   <source>The command line is wrong: {problem}.</source>
   <translation>The command line is wrong: {problem}.</translation>
  </message>
  <message>
   <source>The data folder can be used now.</source>
   <translation>The data folder can be used now.</translation>
  </message>
  <message>
   <source>The data folder is empty.</source>
   <translation>The data folder is empty.</translation>
  </message>
  <message>
   <source>The data folder {path} cannot be read: {strerror}.</source>
   <translation>The data folder {path} cannot be read: {strerror}.</translation>
  </message>
  <message>
   <source>The details are in {place}.</source>
   <translation>The details are in {place}.</translation>
  </message>
  <message>
   <source>The logs of which instance?</source>
   <translation>The logs of which instance?</translation>
  </message>
  <message>
   <source>The output could not be written ({strerror}). Make room where it goes, and try again.</source>
   <translation>The output could not be written ({strerror}). Make room where it goes, and try again.</translation>
  </message>
  <message>
   <source>The program ended before it was over.</source>
   <translation>The program ended before it was over.</translation>
  </message>
  <message>
   <source>The trash is empty. What is deleted stays there for 7 days.</source>
   <translation>The trash is empty. What is deleted stays there for 7 days.</translation>
  </message>
  <message>
   <source>There are no instances yet. Create one with: gowa-desktop create NAME</source>
   <translation>There are no instances yet. Create one with: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME</source>
   <translation>There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME</translation>
  </message>
  <message>
   <source>There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE</source>
   <translation>There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE</translation>
  </message>
  <message>
   <source>There is no data folder {data_dir}.</source>
   <translation>There is no data folder {data_dir}.</translation>
  </message>
  <message>
   <source>This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}.</source>
   <translation>This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}.</translation>
  </message>
  <message>
   <source>This would delete {name} with its data, its WhatsApp session included.</source>
   <translation>This would delete {name} with its data, its WhatsApp session included.</translation>
  </message>
  <message>
   <source>This would move the data of {name}, its WhatsApp session included, to the trash.</source>
   <translation>This would move the data of {name}, its WhatsApp session included, to the trash.</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>Threads</translation>
  </message>
  <message>
   <source>Unique</source>
   <translation>Unique</translation>
  </message>
  <message>
   <source>Update which instance?</source>
   <translation>Update which instance?</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Uptime</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Used by</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Value</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>Wanted</source>
   <translation>Wanted</translation>
  </message>
  <message>
   <source>What</source>
   <translation>What</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Why</translation>
  </message>
  <message>
   <source>Write {program} logs NAME, or {program2} logs --all.</source>
   <translation>Write {program} logs NAME, or {program2} logs --all.</translation>
  </message>
  <message>
   <source>Write {program} {verb} NAME, or {program2} {verb2} --all.</source>
   <translation>Write {program} {verb} NAME, or {program2} {verb2} --all.</translation>
  </message>
  <message>
   <source>a release zip of GOWA, or its program</source>
   <translation>a release zip of GOWA, or its program</translation>
  </message>
  <message>
   <source>all instances</source>
   <translation>all instances</translation>
  </message>
  <message>
   <source>all its tags, with commas between them; empty for none</source>
   <translation>all its tags, with commas between them; empty for none</translation>
  </message>
  <message>
   <source>all logs as one, GOWA Desktop's own among them</source>
   <translation>all logs as one, GOWA Desktop's own among them</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>always restarted</translation>
  </message>
  <message>
   <source>an installed version, such as v9.2.0; without it the highest</source>
   <translation>an installed version, such as v9.2.0; without it the highest</translation>
  </message>
  <message>
   <source>an option, such as debug=true; repeat it for lists</source>
   <translation>an option, such as debug=true; repeat it for lists</translation>
  </message>
  <message>
   <source>another name</source>
   <translation>another name</translation>
  </message>
  <message>
   <source>apply a template to instances; what it does not name stays</source>
   <translation>apply a template to instances; what it does not name stays</translation>
  </message>
  <message>
   <source>argument {name}: {problem}</source>
   <translation>argument {name}: {problem}</translation>
  </message>
  <message>
   <source>ask the release server now</source>
   <translation>ask the release server now</translation>
  </message>
  <message>
   <source>bring the databases of an instance back to what they were</source>
   <translation>bring the databases of an instance back to what they were</translation>
  </message>
  <message>
   <source>change the name of an instance, its tags and notes, and how it is supervised</source>
   <translation>change the name of an instance, its tags and notes, and how it is supervised</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>commands</translation>
  </message>
  <message>
   <source>copy settings of one instance to others; the port and the database addresses stay</source>
   <translation>copy settings of one instance to others; the port and the database addresses stay</translation>
  </message>
  <message>
   <source>create an instance</source>
   <translation>create an instance</translation>
  </message>
  <message>
   <source>delete a snapshot</source>
   <translation>delete a snapshot</translation>
  </message>
  <message>
   <source>delete a template; instances keep what they have</source>
   <translation>delete a template; instances keep what they have</translation>
  </message>
  <message>
   <source>delete an instance with its data</source>
   <translation>delete an instance with its data</translation>
  </message>
  <message>
   <source>delete something of the trash for good</source>
   <translation>delete something of the trash for good</translation>
  </message>
  <message>
   <source>do it</source>
   <translation>do it</translation>
  </message>
  <message>
   <source>do it even where chats are set aside</source>
   <translation>do it even where chats are set aside</translation>
  </message>
  <message>
   <source>do not wait for one instance to do well before the others follow</source>
   <translation>do not wait for one instance to do well before the others follow</translation>
  </message>
  <message>
   <source>do the main job with a simulated GOWA, print each step with its time and end</source>
   <translation>do the main job with a simulated GOWA, print each step with its time and end</translation>
  </message>
  <message>
   <source>download a version, check it and install it</source>
   <translation>download a version, check it and install it</translation>
  </message>
  <message>
   <source>end instances at once, without waiting for open requests</source>
   <translation>end instances at once, without waiting for open requests</translation>
  </message>
  <message>
   <source>end the instances as well; the next start brings them back</source>
   <translation>end the instances as well; the next start brings them back</translation>
  </message>
  <message>
   <source>end the program; instances keep running</source>
   <translation>end the program; instances keep running</translation>
  </message>
  <message>
   <source>equal</source>
   <translation>equal</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>expected at least one argument</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>expected at most one argument</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>expected one argument</translation>
  </message>
  <message>
   <source>folder with the instances; every folder has a program of its own</source>
   <translation>folder with the instances; every folder has a program of its own</translation>
  </message>
  <message>
   <source>give a template another name</source>
   <translation>give a template another name</translation>
  </message>
  <message>
   <source>go on with what comes, until Ctrl-C</source>
   <translation>go on with what comes, until Ctrl-C</translation>
  </message>
  <message>
   <source>how many of the newest to keep; without it 3</source>
   <translation>how many of the newest to keep; without it 3</translation>
  </message>
  <message>
   <source>ignored explicit argument {value}</source>
   <translation>ignored explicit argument {value}</translation>
  </message>
  <message>
   <source>install a version from a file</source>
   <translation>install a version from a file</translation>
  </message>
  <message>
   <source>installed</source>
   <translation>installed</translation>
  </message>
  <message>
   <source>instance</source>
   <translation>instance</translation>
  </message>
  <message>
   <source>invalid choice: {value} (choose from {choices})</source>
   <translation>invalid choice: {value} (choose from {choices})</translation>
  </message>
  <message>
   <source>invalid {kind} value: {value}</source>
   <translation>invalid {kind} value: {value}</translation>
  </message>
  <message>
   <source>its data</source>
   <translation>its data</translation>
  </message>
  <message>
   <source>its new name</source>
   <translation>its new name</translation>
  </message>
  <message>
   <source>keep colours and GOWA's own words; secrets stay hidden</source>
   <translation>keep colours and GOWA's own words; secrets stay hidden</translation>
  </message>
  <message>
   <source>list all instances</source>
   <translation>list all instances</translation>
  </message>
  <message>
   <source>list pre-releases, too</source>
   <translation>list pre-releases, too</translation>
  </message>
  <message>
   <source>list the installed versions</source>
   <translation>list the installed versions</translation>
  </message>
  <message>
   <source>list the snapshots of an instance</source>
   <translation>list the snapshots of an instance</translation>
  </message>
  <message>
   <source>list the templates and what they set</source>
   <translation>list the templates and what they set</translation>
  </message>
  <message>
   <source>list the versions that can be installed</source>
   <translation>list the versions that can be installed</translation>
  </message>
  <message>
   <source>list what is in the trash</source>
   <translation>list what is in the trash</translation>
  </message>
  <message>
   <source>list, install, import and remove versions of GOWA</source>
   <translation>list, install, import and remove versions of GOWA</translation>
  </message>
  <message>
   <source>list, make, restore and delete copies of the databases of an instance</source>
   <translation>list, make, restore and delete copies of the databases of an instance</translation>
  </message>
  <message>
   <source>list, put back and delete for good what was deleted in the last 7 days</source>
   <translation>list, put back and delete for good what was deleted in the last 7 days</translation>
  </message>
  <message>
   <source>low</source>
   <translation>low</translation>
  </message>
  <message>
   <source>low gives way to other programs</source>
   <translation>low gives way to other programs</translation>
  </message>
  <message>
   <source>measure the memory that each has to itself, too; takes a moment</source>
   <translation>measure the memory that each has to itself, too; takes a moment</translation>
  </message>
  <message>
   <source>move instances to another version, one first, with a way back when it does not do</source>
   <translation>move instances to another version, one first, with a way back when it does not do</translation>
  </message>
  <message>
   <source>name of the new instance</source>
   <translation>name of the new instance</translation>
  </message>
  <message>
   <source>name of the template</source>
   <translation>name of the template</translation>
  </message>
  <message>
   <source>name or key of an instance</source>
   <translation>name or key of an instance</translation>
  </message>
  <message>
   <source>name or key of an instance that gets them</source>
   <translation>name or key of an instance that gets them</translation>
  </message>
  <message>
   <source>name or key of an instance; without it all</source>
   <translation>name or key of an instance; without it all</translation>
  </message>
  <message>
   <source>name or key of the instance</source>
   <translation>name or key of the instance</translation>
  </message>
  <message>
   <source>name or key of the instance that has them</source>
   <translation>name or key of the instance that has them</translation>
  </message>
  <message>
   <source>name, key or folder, as the list names it; of several the newest</source>
   <translation>name, key or folder, as the list names it; of several the newest</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>never restarted</translation>
  </message>
  <message>
   <source>no file for this computer</source>
   <translation>no file for this computer</translation>
  </message>
  <message>
   <source>none</source>
   <translation>none</translation>
  </message>
  <message>
   <source>not allowed with argument {name}</source>
   <translation>not allowed with argument {name}</translation>
  </message>
  <message>
   <source>number of lines</source>
   <translation>number of lines</translation>
  </message>
  <message>
   <source>one of the arguments {names} is required</source>
   <translation>one of the arguments {names} is required</translation>
  </message>
  <message>
   <source>only lines of this level or worse</source>
   <translation>only lines of this level or worse</translation>
  </message>
  <message>
   <source>only lines that fit a regular expression</source>
   <translation>only lines that fit a regular expression</translation>
  </message>
  <message>
   <source>only say what would be done</source>
   <translation>only say what would be done</translation>
  </message>
  <message>
   <source>only show what would change</source>
   <translation>only show what would change</translation>
  </message>
  <message>
   <source>only this option; repeat it for more</source>
   <translation>only this option; repeat it for more</translation>
  </message>
  <message>
   <source>open the window, then start or stop every instance</source>
   <translation>open the window, then start or stop every instance</translation>
  </message>
  <message>
   <source>options</source>
   <translation>options</translation>
  </message>
  <message>
   <source>port; without it a free one</source>
   <translation>port; without it a free one</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>positional arguments</translation>
  </message>
  <message>
   <source>pre-release</source>
   <translation>pre-release</translation>
  </message>
  <message>
   <source>print the result as JSON</source>
   <translation>print the result as JSON</translation>
  </message>
  <message>
   <source>print the version</source>
   <translation>print the version</translation>
  </message>
  <message>
   <source>put a deleted instance back, stopped, or the data of one that was reset</source>
   <translation>put a deleted instance back, stopped, or the data of one that was reset</translation>
  </message>
  <message>
   <source>put options of an instance back to their defaults</source>
   <translation>put options of an instance back to their defaults</translation>
  </message>
  <message>
   <source>received media that are older than N days instead</source>
   <translation>received media that are older than N days instead</translation>
  </message>
  <message>
   <source>remove a version that no instance uses</source>
   <translation>remove a version that no instance uses</translation>
  </message>
  <message>
   <source>remove old versions that no instance uses</source>
   <translation>remove old versions that no instance uses</translation>
  </message>
  <message>
   <source>replace the file if it exists</source>
   <translation>replace the file if it exists</translation>
  </message>
  <message>
   <source>replace the template if it exists</source>
   <translation>replace the template if it exists</translation>
  </message>
  <message>
   <source>restart it when it takes more megabytes; 0 for no limit</source>
   <translation>restart it when it takes more megabytes; 0 for no limit</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>restarted on failure</translation>
  </message>
  <message>
   <source>run without a window until told to end</source>
   <translation>run without a window until told to end</translation>
  </message>
  <message>
   <source>save the databases of an instance, also while it runs</source>
   <translation>save the databases of an instance, also while it runs</translation>
  </message>
  <message>
   <source>save the settings of an instance as a template</source>
   <translation>save the settings of an instance as a template</translation>
  </message>
  <message>
   <source>say which files of an instance nobody misses, and with --yes remove them; databases always stay</source>
   <translation>say which files of an instance nobody misses, and with --yes remove them; databases always stay</translation>
  </message>
  <message>
   <source>set options of an instance</source>
   <translation>set options of an instance</translation>
  </message>
  <message>
   <source>settings with a name, for any number of instances</source>
   <translation>settings with a name, for any number of instances</translation>
  </message>
  <message>
   <source>show every setting of an instance; * marks what differs from the default</source>
   <translation>show every setting of an instance; * marks what differs from the default</translation>
  </message>
  <message>
   <source>show one instance</source>
   <translation>show one instance</translation>
  </message>
  <message>
   <source>show secrets in clear</source>
   <translation>show secrets in clear</translation>
  </message>
  <message>
   <source>show the details of an error inside the program</source>
   <translation>show the details of an error inside the program</translation>
  </message>
  <message>
   <source>show the window with simulated instances</source>
   <translation>show the window with simulated instances</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>show this help message and exit</translation>
  </message>
  <message>
   <source>show what an instance wrote last</source>
   <translation>show what an instance wrote last</translation>
  </message>
  <message>
   <source>show what became of the last updates</source>
   <translation>show what became of the last updates</translation>
  </message>
  <message>
   <source>show what instances and this computer use: CPU, memory, processes, open files, folders</source>
   <translation>show what instances and this computer use: CPU, memory, processes, open files, folders</translation>
  </message>
  <message>
   <source>show what the settings in a file would change, and with --yes take them over</source>
   <translation>show what the settings in a file would change, and with --yes take them over</translation>
  </message>
  <message>
   <source>show, change, copy, export and import settings</source>
   <translation>show, change, copy, export and import settings</translation>
  </message>
  <message>
   <source>sign-ins, secrets and tokens too</source>
   <translation>sign-ins, secrets and tokens too</translation>
  </message>
  <message>
   <source>start in the tray or the task bar</source>
   <translation>start in the tray or the task bar</translation>
  </message>
  <message>
   <source>start instances and wait until they are ready</source>
   <translation>start instances and wait until they are ready</translation>
  </message>
  <message>
   <source>start it and wait until it is ready</source>
   <translation>start it and wait until it is ready</translation>
  </message>
  <message>
   <source>stop instances</source>
   <translation>stop instances</translation>
  </message>
  <message>
   <source>stop instances and start them again</source>
   <translation>stop instances and start them again</translation>
  </message>
  <message>
   <source>such as debug, args or env.NAME</source>
   <translation>such as debug, args or env.NAME</translation>
  </message>
  <message>
   <source>such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for</source>
   <translation>such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for</translation>
  </message>
  <message>
   <source>such as v9.2.0</source>
   <translation>such as v9.2.0</translation>
  </message>
  <message>
   <source>such as v9.2.0, or latest</source>
   <translation>such as v9.2.0, or latest</translation>
  </message>
  <message>
   <source>take away the data of an instance, its WhatsApp session included</source>
   <translation>take away the data of an instance, its WhatsApp session included</translation>
  </message>
  <message>
   <source>take them over</source>
   <translation>take them over</translation>
  </message>
  <message>
   <source>the following arguments are required: {names}</source>
   <translation>the following arguments are required: {names}</translation>
  </message>
  <message>
   <source>the snapshot, as the list names it; its beginning is enough</source>
   <translation>the snapshot, as the list names it; its beginning is enough</translation>
  </message>
  <message>
   <source>the version, when the file's name does not tell it</source>
   <translation>the version, when the file's name does not tell it</translation>
  </message>
  <message>
   <source>the zip to write</source>
   <translation>the zip to write</translation>
  </message>
  <message>
   <source>unrecognized arguments: {words}</source>
   <translation>unrecognized arguments: {words}</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>usage: </translation>
  </message>
  <message>
   <source>version of GOWA, such as v9.2.0; without it the latest</source>
   <translation>version of GOWA, such as v9.2.0; without it the latest</translation>
  </message>
  <message>
   <source>what you want to know about it; empty for nothing</source>
   <translation>what you want to know about it; empty for nothing</translation>
  </message>
  <message>
   <source>where to; a name that ends in .env gives that format</source>
   <translation>where to; a name that ends in .env gives that format</translation>
  </message>
  <message>
   <source>whether it is started again when it ends by itself</source>
   <translation>whether it is started again when it ends by itself</translation>
  </message>
  <message>
   <source>why it is made</source>
   <translation>why it is made</translation>
  </message>
  <message>
   <source>with --self-test: save a picture of the window</source>
   <translation>with --self-test: save a picture of the window</translation>
  </message>
  <message>
   <source>write a zip with versions, settings, states, last logs and system facts, secrets hidden</source>
   <translation>write a zip with versions, settings, states, last logs and system facts, secrets hidden</translation>
  </message>
  <message>
   <source>write the settings of an instance to a file</source>
   <translation>write the settings of an instance to a file</translation>
  </message>
  <message>
   <source>written by config export or gowa-manager, or a .env for GOWA</source>
   <translation>written by config export or gowa-manager, or a .env for GOWA</translation>
  </message>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} of {total}</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} and {count} more</translation>
  </message>
  <message>
   <source>{name} has written nothing yet.</source>
   <translation>{name} has written nothing yet.</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>{time} left</translation>
  </message>
  <message>
   <source>“{text}” is no whole number</source>
   <translation>“{text}” is no whole number</translation>
  </message>
 </context>
 <context>
  <name>CommandPalette</name>
  <message>
   <source>Command palette</source>
   <translation>Command palette</translation>
  </message>
  <message>
   <source>Enter does it, Esc closes.</source>
   <translation>Enter does it, Esc closes.</translation>
  </message>
  <message>
   <source>Nothing fits. Try fewer letters.</source>
   <translation>Nothing fits. Try fewer letters.</translation>
  </message>
  <message>
   <source>Type what to do, or the name of an instance</source>
   <translation>Type what to do, or the name of an instance</translation>
  </message>
  <message>
   <source>What fits</source>
   <translation>What fits</translation>
  </message>
  <message>
   <source>What to do, or the name of an instance</source>
   <translation>What to do, or the name of an instance</translation>
  </message>
  <message>
   <source>not possible now: {reason}</source>
   <translation>not possible now: {reason}</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} of {count}</translation>
  </message>
 </context>
 <context>
  <name>ConditionBar</name>
  <message>
   <source>Lasting problems</source>
   <translation>Lasting problems</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Restart</translation>
  </message>
  <message>
   <source>Restore now</source>
   <translation>Restore now</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Try again</translation>
  </message>
 </context>
 <context>
  <name>ConfigActions</name>
  <message>
   <source>Change one setting…</source>
   <translation>Change one setting…</translation>
  </message>
  <message>
   <source>Copy settings from…</source>
   <translation>Copy settings from…</translation>
  </message>
  <message>
   <source>Export settings…</source>
   <translation>Export settings…</translation>
  </message>
  <message>
   <source>Import settings…</source>
   <translation>Import settings…</translation>
  </message>
  <message>
   <source>Settings of the instance</source>
   <translation>Settings of the instance</translation>
  </message>
  <message>
   <source>Templates…</source>
   <translation>Templates…</translation>
  </message>
 </context>
 <context>
  <name>ConfigDesk</name>
  <message>
   <source>All files (*)</source>
   <translation>All files (*)</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Changed for {who}: {what}.</source>
   <translation>Changed for {who}: {what}.</translation>
  </message>
  <message>
   <source>Changing settings: {done} of {count}</source>
   <translation>Changing settings: {done} of {count}</translation>
  </message>
  <message>
   <source>Export settings</source>
   <translation>Export settings</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Import settings into {name}</translation>
  </message>
  <message>
   <source>It runs with its old settings until it is restarted.</source>
   <translation>It runs with its old settings until it is restarted.</translation>
  </message>
  <message>
   <source>Not everything could be changed</source>
   <translation>Not everything could be changed</translation>
  </message>
  <message>
   <source>Restart now</source>
   <translation>Restart now</translation>
  </message>
  <message>
   <source>Settings ({patterns})</source>
   <translation>Settings ({patterns})</translation>
  </message>
  <message>
   <source>Taken back for {who}.</source>
   <translation>Taken back for {who}.</translation>
  </message>
  <message>
   <source>The settings of {name} are in {path}.</source>
   <translation>The settings of {name} are in {path}.</translation>
  </message>
  <message>
   <source>The template {name} was deleted. Instances keep what they have.</source>
   <translation>The template {name} was deleted. Instances keep what they have.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Undo</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>and {count} more</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instances</translation>
  </message>
  <message>
   <source>{count} of them run with their old settings until they are restarted.</source>
   <translation>{count} of them run with their old settings until they are restarted.</translation>
  </message>
  <message>
   <source>{count} settings</source>
   <translation>{count} settings</translation>
  </message>
 </context>
 <context>
  <name>ConfigDrafts</name>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Correct the value and try again.</translation>
  </message>
 </context>
 <context>
  <name>ConfigForm</name>
  <message>
   <source>1 setting found</source>
   <translation>1 setting found</translation>
  </message>
  <message>
   <source>Extras</source>
   <translation>Extras</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Preview</translation>
  </message>
  <message>
   <source>Turn on “{switch}” first.</source>
   <translation>Turn on “{switch}” first.</translation>
  </message>
  <message>
   <source>{count} settings found</source>
   <translation>{count} settings found</translation>
  </message>
 </context>
 <context>
  <name>ConfigureTab</name>
  <message>
   <source>A file .env lies in the folder of this instance and sets {names}.</source>
   <translation>A file .env lies in the folder of this instance and sets {names}.</translation>
  </message>
  <message>
   <source>Changed elsewhere too: {names}. Saving overwrites that.</source>
   <translation>Changed elsewhere too: {names}. Saving overwrites that.</translation>
  </message>
  <message>
   <source>Changed elsewhere: {names}. Your edits are kept.</source>
   <translation>Changed elsewhere: {names}. Your edits are kept.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Import</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>OK</translation>
  </message>
  <message>
   <source>Set aside</source>
   <translation>Set aside</translation>
  </message>
  <message>
   <source>Use theirs</source>
   <translation>Use theirs</translation>
  </message>
  <message>
   <source>nothing that can be read</source>
   <translation>nothing that can be read</translation>
  </message>
 </context>
 <context>
  <name>ConfirmDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} and {count} more</translation>
  </message>
 </context>
 <context>
  <name>ConnectSection</name>
  <message>
   <source>Base URL</source>
   <translation>Base URL</translation>
  </message>
  <message>
   <source>Connect</source>
   <translation>Connect</translation>
  </message>
  <message>
   <source>Copy the base URL</source>
   <translation>Copy the base URL</translation>
  </message>
  <message>
   <source>Copy the curl line</source>
   <translation>Copy the curl line</translation>
  </message>
  <message>
   <source>Copy the curl line with its password</source>
   <translation>Copy the curl line with its password</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copy the password</translation>
  </message>
  <message>
   <source>Copy the webhook</source>
   <translation>Copy the webhook</translation>
  </message>
  <message>
   <source>Hide</source>
   <translation>Hide</translation>
  </message>
  <message>
   <source>No password: any program on this computer may use the API</source>
   <translation>No password: any program on this computer may use the API</translation>
  </message>
  <message>
   <source>None</source>
   <translation>None</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Reveal</translation>
  </message>
  <message>
   <source>Reveal the password of {user}</source>
   <translation>Reveal the password of {user}</translation>
  </message>
  <message>
   <source>Sign-in</source>
   <translation>Sign-in</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhooks</translation>
  </message>
  <message>
   <source>curl</source>
   <translation>curl</translation>
  </message>
 </context>
 <context>
  <name>CopyButton</name>
  <message>
   <source>Copied</source>
   <translation>Copied</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Copy</translation>
  </message>
 </context>
 <context>
  <name>CopyDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;All settings</translation>
  </message>
  <message>
   <source>&amp;Chosen settings</source>
   <translation>&amp;Chosen settings</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Copy</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Copy from</translation>
  </message>
  <message>
   <source>Copy settings to {count} instances</source>
   <translation>Copy settings to {count} instances</translation>
  </message>
  <message>
   <source>Copy settings to {name}</source>
   <translation>Copy settings to {name}</translation>
  </message>
  <message>
   <source>Copy the webhook secret, sign-ins and other &amp;secrets too</source>
   <translation>Copy the webhook secret, sign-ins and other &amp;secrets too</translation>
  </message>
  <message>
   <source>It holds a secret.</source>
   <translation>It holds a secret.</translation>
  </message>
  <message>
   <source>Settings to copy</source>
   <translation>Settings to copy</translation>
  </message>
  <message>
   <source>The port always stays: it belongs to the instance.</source>
   <translation>The port always stays: it belongs to the instance.</translation>
  </message>
  <message>
   <source>Whoever knows the secrets of one instance then knows those of all.</source>
   <translation>Whoever knows the secrets of one instance then knows those of all.</translation>
  </message>
 </context>
 <context>
  <name>CrashCard</name>
  <message>
   <source>Copy report</source>
   <translation>Copy report</translation>
  </message>
  <message>
   <source>Copy the report</source>
   <translation>Copy the report</translation>
  </message>
  <message>
   <source>Last lines of the log</source>
   <translation>Last lines of the log</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Retry now</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Show log</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Start again</translation>
  </message>
  <message>
   <source>Undo the changes</source>
   <translation>Undo the changes</translation>
  </message>
  <message>
   <source>Use another port</source>
   <translation>Use another port</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Use port {port}</translation>
  </message>
  <message>
   <source>Use the port and the settings with which it last ran well, and start it.</source>
   <translation>Use the port and the settings with which it last ran well, and start it.</translation>
  </message>
 </context>
 <context>
  <name>DeletionUndo</name>
  <message>
   <source>Not everything could be put back</source>
   <translation>Not everything could be put back</translation>
  </message>
  <message>
   <source>Putting back: {done} of {count}</source>
   <translation>Putting back: {done} of {count}</translation>
  </message>
  <message>
   <source>The data of {name} was moved to the trash for 7 days.</source>
   <translation>The data of {name} was moved to the trash for 7 days.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Undo</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>and {count} more</translation>
  </message>
  <message>
   <source>{count} instances are back.</source>
   <translation>{count} instances are back.</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} is back.</translation>
  </message>
  <message>
   <source>{name} is not in the trash any more.</source>
   <translation>{name} is not in the trash any more.</translation>
  </message>
  <message>
   <source>{name} was moved to the trash for 7 days.</source>
   <translation>{name} was moved to the trash for 7 days.</translation>
  </message>
 </context>
 <context>
  <name>DiagnosticsDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>Files</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Save…</translation>
  </message>
  <message>
   <source>Zip (*.zip)</source>
   <translation>Zip (*.zip)</translation>
  </message>
 </context>
 <context>
  <name>DropOverlay</name>
  <message>
   <source>Drop the file to import this GOWA version</source>
   <translation>Drop the file to import this GOWA version</translation>
  </message>
 </context>
 <context>
  <name>DurationEditor</name>
  <message>
   <source>30s, 5m, 48h</source>
   <translation>30s, 5m, 48h</translation>
  </message>
 </context>
 <context>
  <name>EarlierList</name>
  <message>
   <source>Earlier</source>
   <translation>Earlier</translation>
  </message>
  <message>
   <source>Earlier ends of the instance</source>
   <translation>Earlier ends of the instance</translation>
  </message>
 </context>
 <context>
  <name>EmptyState</name>
  <message>
   <source>Create an instance</source>
   <translation>Create an instance</translation>
  </message>
  <message>
   <source>GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up.</source>
   <translation>GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up.</translation>
  </message>
  <message>
   <source>GOWA {version} is installed.</source>
   <translation>GOWA {version} is installed.</translation>
  </message>
  <message>
   <source>Get GOWA</source>
   <translation>Get GOWA</translation>
  </message>
  <message>
   <source>How to pair</source>
   <translation>How to pair</translation>
  </message>
  <message>
   <source>Import a file…</source>
   <translation>Import a file…</translation>
  </message>
  <message>
   <source>Install GOWA</source>
   <translation>Install GOWA</translation>
  </message>
  <message>
   <source>Install GOWA {version}</source>
   <translation>Install GOWA {version}</translation>
  </message>
  <message>
   <source>Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.</source>
   <translation>Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Looking for the newest release</translation>
  </message>
  <message>
   <source>New instance…</source>
   <translation>New instance…</translation>
  </message>
  <message>
   <source>One instance is one server with a port and a WhatsApp session of its own.</source>
   <translation>One instance is one server with a port and a WhatsApp session of its own.</translation>
  </message>
  <message>
   <source>Open the running instance in your browser and scan the code with WhatsApp on your phone.</source>
   <translation>Open the running instance in your browser and scan the code with WhatsApp on your phone.</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Pair your phone</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Try again</translation>
  </message>
  <message>
   <source>Try the simulator</source>
   <translation>Try the simulator</translation>
  </message>
  <message>
   <source>You can also import a file from another computer, or try the simulator.</source>
   <translation>You can also import a file from another computer, or try the simulator.</translation>
  </message>
  <message>
   <source>Your first WhatsApp API server in three steps</source>
   <translation>Your first WhatsApp API server in three steps</translation>
  </message>
 </context>
 <context>
  <name>EnvironmentEditor</name>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>This name stands above already; the last value counts.</source>
   <translation>This name stands above already; the last value counts.</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Value</translation>
  </message>
 </context>
 <context>
  <name>ErrorWindow</name>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Copy the details</source>
   <translation>Copy the details</translation>
  </message>
  <message>
   <source>Details of the error</source>
   <translation>Details of the error</translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message>
   <source>&amp;JSON</source>
   <translation>&amp;JSON</translation>
  </message>
  <message>
   <source>.&amp;env</source>
   <translation>.&amp;env</translation>
  </message>
  <message>
   <source>Carries everything, also extra arguments and switched-off webhooks.</source>
   <translation>Carries everything, also extra arguments and switched-off webhooks.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Choose file…</translation>
  </message>
  <message>
   <source>Export the settings of {name}</source>
   <translation>Export the settings of {name}</translation>
  </message>
  <message>
   <source>GOWA itself can read it, in a container for example.</source>
   <translation>GOWA itself can read it, in a container for example.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {names}.</source>
   <translation>Left out because a .env cannot carry them: {names}.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {names}.</source>
   <translation>Left out because they hold secrets: {names}.</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens, readable by whoever has the file.</source>
   <translation>Sign-ins, secrets and tokens, readable by whoever has the file.</translation>
  </message>
  <message>
   <source>Write &amp;secrets too</source>
   <translation>Write &amp;secrets too</translation>
  </message>
 </context>
 <context>
  <name>ExposureCard</name>
  <message>
   <source>Open to strangers</source>
   <translation>Open to strangers</translation>
  </message>
 </context>
 <context>
  <name>FatalError</name>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
 </context>
 <context>
  <name>FieldButtons</name>
  <message>
   <source>Clear the text</source>
   <translation>Clear the text</translation>
  </message>
 </context>
 <context>
  <name>FilterSegment</name>
  <message>
   <source>All {count}</source>
   <translation>All {count}</translation>
  </message>
  <message>
   <source>Needs attention {count}</source>
   <translation>Needs attention {count}</translation>
  </message>
  <message>
   <source>Running {count}</source>
   <translation>Running {count}</translation>
  </message>
  <message>
   <source>Which instances are shown</source>
   <translation>Which instances are shown</translation>
  </message>
 </context>
 <context>
  <name>FleetGrid</name>
  <message>
   <source>All instances</source>
   <translation>All instances</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
 </context>
 <context>
  <name>FleetWindow</name>
  <message>
   <source>&amp;Sort by</source>
   <translation>&amp;Sort by</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>All instances side by side</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>How much time is shown</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>No instances yet. Create one in the main window; its curves appear here.</source>
   <translation>No instances yet. Create one in the main window; its curves appear here.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparing the charts…</translation>
  </message>
  <message>
   <source>Sort by</source>
   <translation>Sort by</translation>
  </message>
  <message>
   <source>This computer</source>
   <translation>This computer</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instances</translation>
  </message>
  <message>
   <source>{name}, CPU {cpu} of the machine, memory {memory}</source>
   <translation>{name}, CPU {cpu} of the machine, memory {memory}</translation>
  </message>
  <message>
   <source>{name}, {state}, CPU {cpu}, memory {memory}</source>
   <translation>{name}, {state}, CPU {cpu}, memory {memory}</translation>
  </message>
 </context>
 <context>
  <name>FolderPage</name>
  <message>
   <source>&amp;Another folder…</source>
   <translation>&amp;Another folder…</translation>
  </message>
  <message>
   <source>&amp;Copy command</source>
   <translation>&amp;Copy command</translation>
  </message>
  <message>
   <source>&amp;Open folder</source>
   <translation>&amp;Open folder</translation>
  </message>
  <message>
   <source>Choose a data folder</source>
   <translation>Choose a data folder</translation>
  </message>
  <message>
   <source>Command for this folder</source>
   <translation>Command for this folder</translation>
  </message>
  <message>
   <source>Data folder</source>
   <translation>Data folder</translation>
  </message>
  <message>
   <source>Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: choose another one to get the command that starts GOWA Desktop with it. To move this one, stop all instances, quit, move it as a whole, and choose its new place here.</source>
   <translation>Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: choose another one to get the command that starts GOWA Desktop with it. To move this one, stop all instances, quit, move it as a whole, and choose its new place here.</translation>
  </message>
 </context>
 <context>
  <name>FormDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
 </context>
 <context>
  <name>FormFrame</name>
  <message>
   <source>Settings</source>
   <translation>Settings</translation>
  </message>
 </context>
 <context>
  <name>FormSearch</name>
  <message>
   <source>Search settings</source>
   <translation>Search settings</translation>
  </message>
 </context>
 <context>
  <name>GiveUpNotice</name>
  <message>
   <source>It is tried again every {minutes} minutes.</source>
   <translation>It is tried again every {minutes} minutes.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>It stays down until you start it.</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Show</translation>
  </message>
  <message>
   <source>{name} failed {count} times in {minutes} minutes.</source>
   <translation>{name} failed {count} times in {minutes} minutes.</translation>
  </message>
 </context>
 <context>
  <name>HeaderBar</name>
  <message>
   <source>Groups, tags and columns</source>
   <translation>Groups, tags and columns</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>More actions</translation>
  </message>
  <message>
   <source>View: groups, tags and columns</source>
   <translation>View: groups, tags and columns</translation>
  </message>
 </context>
 <context>
  <name>ImportDialog</name>
  <message>
   <source>Import</source>
   <translation>Import</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Import settings into {name}</translation>
  </message>
  <message>
   <source>The file sets nothing that is different here.</source>
   <translation>The file sets nothing that is different here.</translation>
  </message>
 </context>
 <context>
  <name>InstanceEntry</name>
  <message>
   <source>Open in browser</source>
   <translation>Open in browser</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Restart</translation>
  </message>
  <message>
   <source>Show in window</source>
   <translation>Show in window</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stop</translation>
  </message>
 </context>
 <context>
  <name>InstanceLinks</name>
  <message>
   <source>{name} has no folder yet. It is made at the first start.</source>
   <translation>{name} has no folder yet. It is made at the first start.</translation>
  </message>
 </context>
 <context>
  <name>InstanceModel</name>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>CPU curve</source>
   <translation>CPU curve</translation>
  </message>
  <message>
   <source>It runs, but did not answer when it was asked last.</source>
   <translation>It runs, but did not answer when it was asked last.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Port</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Share of one processor core; more than 100 % means several cores.</translation>
  </message>
  <message>
   <source>Sign of the state</source>
   <translation>Sign of the state</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, not WhatsApp</translation>
  </message>
  <message>
   <source>State</source>
   <translation>State</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tags</translation>
  </message>
  <message>
   <source>This GOWA version is not installed.</source>
   <translation>This GOWA version is not installed.</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Uptime</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
 </context>
 <context>
  <name>InstancePanel</name>
  <message>
   <source>Charts</source>
   <translation>Charts</translation>
  </message>
  <message>
   <source>Charts •</source>
   <translation>Charts •</translation>
  </message>
  <message>
   <source>Charts, something is too much</source>
   <translation>Charts, something is too much</translation>
  </message>
  <message>
   <source>Compare in charts</source>
   <translation>Compare in charts</translation>
  </message>
  <message>
   <source>Configure</source>
   <translation>Configure</translation>
  </message>
  <message>
   <source>Configure •</source>
   <translation>Configure •</translation>
  </message>
  <message>
   <source>Configure, not saved</source>
   <translation>Configure, not saved</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Overview</source>
   <translation>Overview</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Restart</translation>
  </message>
  <message>
   <source>Restart to apply: {names}</source>
   <translation>Restart to apply: {names}</translation>
  </message>
  <message>
   <source>Select an instance to see how it is.</source>
   <translation>Select an instance to see how it is.</translation>
  </message>
  <message>
   <source>What to see of the instance</source>
   <translation>What to see of the instance</translation>
  </message>
  <message>
   <source>{count} instances compared</source>
   <translation>{count} instances compared</translation>
  </message>
  <message>
   <source>{count} instances selected
{states}</source>
   <translation>{count} instances selected
{states}</translation>
  </message>
 </context>
 <context>
  <name>InstanceTableView</name>
  <message>
   <source>Instances</source>
   <translation>Instances</translation>
  </message>
  <message>
   <source>Stopping, 18 s</source>
   <translation>Stopping, 18 s</translation>
  </message>
 </context>
 <context>
  <name>JumpList</name>
  <message>
   <source>Start all</source>
   <translation>Start all</translation>
  </message>
  <message>
   <source>Stop all</source>
   <translation>Stop all</translation>
  </message>
 </context>
 <context>
  <name>KeptPage</name>
  <message>
   <source>What else to know</source>
   <translation>What else to know</translation>
  </message>
  <message>
   <source>What is kept</source>
   <translation>What is kept</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>What is kept and what is lost</translation>
  </message>
  <message>
   <source>What is lost or set aside</source>
   <translation>What is lost or set aside</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} and {count} more</translation>
  </message>
  <message>
   <source>{names}: {change}</source>
   <translation>{names}: {change}</translation>
  </message>
 </context>
 <context>
  <name>LabelsSection</name>
  <message>
   <source>Add tags</source>
   <translation>Add tags</translation>
  </message>
  <message>
   <source>Add…</source>
   <translation>Add…</translation>
  </message>
  <message>
   <source>Change the tags</source>
   <translation>Change the tags</translation>
  </message>
  <message>
   <source>Change…</source>
   <translation>Change…</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notes</translation>
  </message>
  <message>
   <source>Notes, such as whose phone it is. Saved when you leave the field.</source>
   <translation>Notes, such as whose phone it is. Saved when you leave the field.</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tags</translation>
  </message>
 </context>
 <context>
  <name>Language</name>
  <message>
   <source>English</source>
   <translation>English</translation>
  </message>
 </context>
 <context>
  <name>LanguageSwitch</name>
  <message>
   <source>The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet.</source>
   <translation>The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet.</translation>
  </message>
 </context>
 <context>
  <name>LaunchPreviewView</name>
  <message>
   <source>Command</source>
   <translation>Command</translation>
  </message>
  <message>
   <source>Copy: {title}</source>
   <translation>Copy: {title}</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Environment</translation>
  </message>
  <message>
   <source>This is what GOWA is started with after saving. Passwords and secrets are masked.</source>
   <translation>This is what GOWA is started with after saving. Passwords and secrets are masked.</translation>
  </message>
 </context>
 <context>
  <name>LeaveDialogs</name>
  <message>
   <source>Remember this; it can be changed in the settings</source>
   <translation>Remember this; it can be changed in the settings</translation>
  </message>
 </context>
 <context>
  <name>Leaving</name>
  <message>
   <source>GOWA Desktop stays open. 1 instance was asked to stop.</source>
   <translation>GOWA Desktop stays open. 1 instance was asked to stop.</translation>
  </message>
  <message>
   <source>GOWA Desktop stays open. {count} instances were asked to stop.</source>
   <translation>GOWA Desktop stays open. {count} instances were asked to stop.</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Start again</translation>
  </message>
 </context>
 <context>
  <name>Legend</name>
  <message>
   <source>Shown: {names}</source>
   <translation>Shown: {names}</translation>
  </message>
 </context>
 <context>
  <name>LightsRow</name>
  <message>
   <source>API</source>
   <translation>API</translation>
  </message>
  <message>
   <source>Process</source>
   <translation>Process</translation>
  </message>
  <message>
   <source>answers</source>
   <translation>answers</translation>
  </message>
  <message>
   <source>ended by signal {signal}</source>
   <translation>ended by signal {signal}</translation>
  </message>
  <message>
   <source>ended with code {code}</source>
   <translation>ended with code {code}</translation>
  </message>
  <message>
   <source>no answer</source>
   <translation>no answer</translation>
  </message>
  <message>
   <source>no answer yet</source>
   <translation>no answer yet</translation>
  </message>
  <message>
   <source>no process yet</source>
   <translation>no process yet</translation>
  </message>
  <message>
   <source>not running</source>
   <translation>not running</translation>
  </message>
  <message>
   <source>off</source>
   <translation>off</translation>
  </message>
  <message>
   <source>pid {pid}</source>
   <translation>pid {pid}</translation>
  </message>
 </context>
 <context>
  <name>ListEditor</name>
  <message>
   <source>Add</source>
   <translation>Add</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Add: {name}</translation>
  </message>
  <message>
   <source>Adds one row for each line of the clipboard</source>
   <translation>Adds one row for each line of the clipboard</translation>
  </message>
  <message>
   <source>Other…</source>
   <translation>Other…</translation>
  </message>
  <message>
   <source>Paste lines</source>
   <translation>Paste lines</translation>
  </message>
  <message>
   <source>Paste lines: {name}</source>
   <translation>Paste lines: {name}</translation>
  </message>
  <message>
   <source>{count} more are kept but not shown.</source>
   <translation>{count} more are kept but not shown.</translation>
  </message>
 </context>
 <context>
  <name>ListRow</name>
  <message>
   <source>Move down: {place}</source>
   <translation>Move down: {place}</translation>
  </message>
  <message>
   <source>Move up: {place}</source>
   <translation>Move up: {place}</translation>
  </message>
  <message>
   <source>On: {place}</source>
   <translation>On: {place}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Remove: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} of {count}</translation>
  </message>
 </context>
 <context>
  <name>LogDesk</name>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Log of GOWA Desktop</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Show log</translation>
  </message>
  <message>
   <source>The diagnostics are in {file}.</source>
   <translation>The diagnostics are in {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogRowsView</name>
  <message>
   <source>Log lines</source>
   <translation>Log lines</translation>
  </message>
 </context>
 <context>
  <name>LogSearchBar</name>
  <message>
   <source>All levels</source>
   <translation>All levels</translation>
  </message>
  <message>
   <source>Errors</source>
   <translation>Errors</translation>
  </message>
  <message>
   <source>Info and above</source>
   <translation>Info and above</translation>
  </message>
  <message>
   <source>Least level</source>
   <translation>Least level</translation>
  </message>
  <message>
   <source>Next (Enter)</source>
   <translation>Next (Enter)</translation>
  </message>
  <message>
   <source>Previous (Shift+Enter)</source>
   <translation>Previous (Shift+Enter)</translation>
  </message>
  <message>
   <source>Regular expression</source>
   <translation>Regular expression</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Search</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Search the log</translation>
  </message>
  <message>
   <source>Upper and lower case differ</source>
   <translation>Upper and lower case differ</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Warnings and errors</translation>
  </message>
  <message>
   <source>no expression</source>
   <translation>no expression</translation>
  </message>
  <message>
   <source>{count} found</source>
   <translation>{count} found</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} of {count}</translation>
  </message>
 </context>
 <context>
  <name>LogView</name>
  <message>
   <source>4xx {count}</source>
   <translation>4xx {count}</translation>
  </message>
  <message>
   <source>5xx {count}</source>
   <translation>5xx {count}</translation>
  </message>
  <message>
   <source>Bookmark</source>
   <translation>Bookmark</translation>
  </message>
  <message>
   <source>Copy lines</source>
   <translation>Copy lines</translation>
  </message>
  <message>
   <source>Export log</source>
   <translation>Export log</translation>
  </message>
  <message>
   <source>Export with phone numbers…</source>
   <translation>Export with phone numbers…</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Export…</translation>
  </message>
  <message>
   <source>Follow</source>
   <translation>Follow</translation>
  </message>
  <message>
   <source>Follow the end of the log</source>
   <translation>Follow the end of the log</translation>
  </message>
  <message>
   <source>More about this log</source>
   <translation>More about this log</translation>
  </message>
  <message>
   <source>Next bookmark</source>
   <translation>Next bookmark</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>No line fits.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Nothing was written yet.</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Search the log</translation>
  </message>
  <message>
   <source>Show only what is found</source>
   <translation>Show only what is found</translation>
  </message>
  <message>
   <source>Start of this run</source>
   <translation>Start of this run</translation>
  </message>
  <message>
   <source>Text (*.txt *.log)</source>
   <translation>Text (*.txt *.log)</translation>
  </message>
  <message>
   <source>The start of this run is not in the log any more.</source>
   <translation>The start of this run is not in the log any more.</translation>
  </message>
  <message>
   <source>Times in UTC</source>
   <translation>Times in UTC</translation>
  </message>
  <message>
   <source>Wrap long lines</source>
   <translation>Wrap long lines</translation>
  </message>
  <message>
   <source>reconnects {count}</source>
   <translation>reconnects {count}</translation>
  </message>
  <message>
   <source>webhook failures {count}</source>
   <translation>webhook failures {count}</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} lines</translation>
  </message>
  <message>
   <source>{count} lines are in {file}.</source>
   <translation>{count} lines are in {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogWindow</name>
  <message>
   <source>All logs</source>
   <translation>All logs</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instance</translation>
  </message>
  <message>
   <source>Load older</source>
   <translation>Load older</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Logs of all instances</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>No line fits.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Nothing was written yet.</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} lines</translation>
  </message>
 </context>
 <context>
  <name>LoginRow</name>
  <message>
   <source>Minimised, and with the instances that should run.</source>
   <translation>Minimised, and with the instances that should run.</translation>
  </message>
  <message>
   <source>Start at &amp;login</source>
   <translation>Start at &amp;login</translation>
  </message>
  <message>
   <source>The system's own settings switched it off. Check this to switch it on again.</source>
   <translation>The system's own settings switched it off. Check this to switch it on again.</translation>
  </message>
 </context>
 <context>
  <name>LoginsEditor</name>
  <message>
   <source>Password</source>
   <translation>Password</translation>
  </message>
  <message>
   <source>User</source>
   <translation>User</translation>
  </message>
 </context>
 <context>
  <name>MacMenu</name>
  <message>
   <source>Close window</source>
   <translation>Close window</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Edit</translation>
  </message>
  <message>
   <source>File</source>
   <translation>File</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Help</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instance</translation>
  </message>
  <message>
   <source>Minimise</source>
   <translation>Minimise</translation>
  </message>
  <message>
   <source>View</source>
   <translation>View</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Window</translation>
  </message>
  <message>
   <source>Zoom</source>
   <translation>Zoom</translation>
  </message>
 </context>
 <context>
  <name>MainWindow</name>
  <message>
   <source>Demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instances</translation>
  </message>
  <message>
   <source>Opening…</source>
   <translation>Opening…</translation>
  </message>
 </context>
 <context>
  <name>ManagerCard</name>
  <message>
   <source>Found gowa-manager data in {folder}.</source>
   <translation>Found gowa-manager data in {folder}.</translation>
  </message>
  <message>
   <source>Use it…</source>
   <translation>Use it…</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager in {folder}</source>
   <translation>Use the data of gowa-manager in {folder}</translation>
  </message>
 </context>
 <context>
  <name>ManagerDialog</name>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Command</translation>
  </message>
  <message>
   <source>Copy the command</source>
   <translation>Copy the command</translation>
  </message>
  <message>
   <source>It has 1 instance folder.</source>
   <translation>It has 1 instance folder.</translation>
  </message>
  <message>
   <source>It has {count} instance folders.</source>
   <translation>It has {count} instance folders.</translation>
  </message>
  <message>
   <source>Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files and columns of its own, so copy the folder first if you may want to go back.</source>
   <translation>Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files and columns of its own, so copy the folder first if you may want to go back.</translation>
  </message>
  <message>
   <source>Stop gowa-manager first: two programs must not work on one folder.</source>
   <translation>Stop gowa-manager first: two programs must not work on one folder.</translation>
  </message>
  <message>
   <source>Then quit GOWA Desktop and start it with this command:</source>
   <translation>Then quit GOWA Desktop and start it with this command:</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager</source>
   <translation>Use the data of gowa-manager</translation>
  </message>
  <message>
   <source>gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.</source>
   <translation>gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.</translation>
  </message>
 </context>
 <context>
  <name>MessageBar</name>
  <message>
   <source>Messages</source>
   <translation>Messages</translation>
  </message>
 </context>
 <context>
  <name>NewInstanceDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;All settings</translation>
  </message>
  <message>
   <source>&amp;GOWA version</source>
   <translation>&amp;GOWA version</translation>
  </message>
  <message>
   <source>&amp;Import GOWA…</source>
   <translation>&amp;Import GOWA…</translation>
  </message>
  <message>
   <source>&amp;Name</source>
   <translation>&amp;Name</translation>
  </message>
  <message>
   <source>&amp;Port</source>
   <translation>&amp;Port</translation>
  </message>
  <message>
   <source>&amp;Start it now</source>
   <translation>&amp;Start it now</translation>
  </message>
  <message>
   <source>&amp;User name</source>
   <translation>&amp;User name</translation>
  </message>
  <message>
   <source>A port is a number.</source>
   <translation>A port is a number.</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automatic</translation>
  </message>
  <message>
   <source>Automatic ({port})</source>
   <translation>Automatic ({port})</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copy the password</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Create</translation>
  </message>
  <message>
   <source>It is downloaded and checked before the instance is created.</source>
   <translation>It is downloaded and checked before the instance is created.</translation>
  </message>
  <message>
   <source>Latest ({version})</source>
   <translation>Latest ({version})</translation>
  </message>
  <message>
   <source>Leave empty to take the next free port.</source>
   <translation>Leave empty to take the next free port.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Looking for the newest release</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>New instance</translation>
  </message>
  <message>
   <source>Newest, {version}: install it first</source>
   <translation>Newest, {version}: install it first</translation>
  </message>
  <message>
   <source>Newest: install it first</source>
   <translation>Newest: install it first</translation>
  </message>
  <message>
   <source>Only you see it, in this window.</source>
   <translation>Only you see it, in this window.</translation>
  </message>
  <message>
   <source>P&amp;rotect the API with a password</source>
   <translation>P&amp;rotect the API with a password</translation>
  </message>
  <message>
   <source>Pass&amp;word</source>
   <translation>Pass&amp;word</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, not WhatsApp</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA, for trying things out.</source>
   <translation>This is not WhatsApp: it only behaves like GOWA, for trying things out.</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.</source>
   <translation>This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.</translation>
  </message>
  <message>
   <source>Type a password without a comma.</source>
   <translation>Type a password without a comma.</translation>
  </message>
  <message>
   <source>Type a user name without a colon or a comma.</source>
   <translation>Type a user name without a colon or a comma.</translation>
  </message>
  <message>
   <source>Type one such as 8001, or leave it empty.</source>
   <translation>Type one such as 8001, or leave it empty.</translation>
  </message>
  <message>
   <source>You find it again in the instance's details.</source>
   <translation>You find it again in the instance's details.</translation>
  </message>
 </context>
 <context>
  <name>NothingFound</name>
  <message>
   <source>Clear the search</source>
   <translation>Clear the search</translation>
  </message>
  <message>
   <source>No instance belongs here right now.</source>
   <translation>No instance belongs here right now.</translation>
  </message>
  <message>
   <source>No instance matches “{search}”.</source>
   <translation>No instance matches “{search}”.</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Show all instances</translation>
  </message>
 </context>
 <context>
  <name>NothingMatches</name>
  <message>
   <source>Clear search</source>
   <translation>Clear search</translation>
  </message>
  <message>
   <source>No setting matches “{text}”.</source>
   <translation>No setting matches “{text}”.</translation>
  </message>
 </context>
 <context>
  <name>NoticeDesk</name>
  <message>
   <source>What happened</source>
   <translation>What happened</translation>
  </message>
  <message>
   <source>What happened, 1 new</source>
   <translation>What happened, 1 new</translation>
  </message>
  <message>
   <source>What happened, {count} new</source>
   <translation>What happened, {count} new</translation>
  </message>
 </context>
 <context>
  <name>NoticeModel</name>
  <message>
   <source>over by now</source>
   <translation>over by now</translation>
  </message>
 </context>
 <context>
  <name>NoticePanel</name>
  <message>
   <source>Clear all</source>
   <translation>Clear all</translation>
  </message>
  <message>
   <source>Crashes, full disks and new versions are listed here.</source>
   <translation>Crashes, full disks and new versions are listed here.</translation>
  </message>
  <message>
   <source>Nothing happened that needs you.</source>
   <translation>Nothing happened that needs you.</translation>
  </message>
  <message>
   <source>Notices, newest first</source>
   <translation>Notices, newest first</translation>
  </message>
  <message>
   <source>What happened</source>
   <translation>What happened</translation>
  </message>
 </context>
 <context>
  <name>NoticeShow</name>
  <message>
   <source>Show</source>
   <translation>Show</translation>
  </message>
 </context>
 <context>
  <name>OperationRunner</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Delete an instance first.</source>
   <translation>Delete an instance first.</translation>
  </message>
  <message>
   <source>No port is free in the range for instances.</source>
   <translation>No port is free in the range for instances.</translation>
  </message>
  <message>
   <source>Open the assistant…</source>
   <translation>Open the assistant…</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Use port {port}</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>and {count} more</translation>
  </message>
  <message>
   <source>{what}: {done} of {count}</source>
   <translation>{what}: {done} of {count}</translation>
  </message>
 </context>
 <context>
  <name>OptionRow</name>
  <message>
   <source>Advanced</source>
   <translation>Advanced</translation>
  </message>
  <message>
   <source>Back to the default: {name}</source>
   <translation>Back to the default: {name}</translation>
  </message>
 </context>
 <context>
  <name>OverviewTab</name>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Created</translation>
  </message>
  <message>
   <source>Details of the instance</source>
   <translation>Details of the instance</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>It answers like GOWA, so you can try everything. Nothing is sent or received.</source>
   <translation>It answers like GOWA, so you can try everything. Nothing is sent or received.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Restarts {count}</source>
   <translation>Restarts {count}</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Share of one processor core; more than 100 % means several cores.</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, not WhatsApp</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Started</translation>
  </message>
 </context>
 <context>
  <name>PairingHelp</name>
  <message>
   <source>1. Create an instance and let it start.
2. Choose Open: the instance shows its page in your browser.
3. Choose Login there. A QR code appears.
4. On your phone open WhatsApp, Settings, Linked devices, Link a device, and scan the code.</source>
   <translation>1. Create an instance and let it start.
2. Choose Open: the instance shows its page in your browser.
3. Choose Login there. A QR code appears.
4. On your phone open WhatsApp, Settings, Linked devices, Link a device, and scan the code.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Pair your phone</translation>
  </message>
 </context>
 <context>
  <name>PairsEditor</name>
  <message>
   <source>Add</source>
   <translation>Add</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Add: {name}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Remove: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} of {count}</translation>
  </message>
 </context>
 <context>
  <name>PanelHeader</name>
  <message>
   <source>Force now</source>
   <translation>Force now</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>More actions</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Open</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Restart</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Retry now</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Start again</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Stop</translation>
  </message>
  <message>
   <source>Update {name} to GOWA {version}</source>
   <translation>Update {name} to GOWA {version}</translation>
  </message>
 </context>
 <context>
  <name>PlanModel</name>
  <message>
   <source>Instance</source>
   <translation>Instance</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>What happens</translation>
  </message>
 </context>
 <context>
  <name>PlanTableView</name>
  <message>
   <source>Instances to update</source>
   <translation>Instances to update</translation>
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progress</translation>
  </message>
 </context>
 <context>
  <name>ProgressPage</name>
  <message>
   <source>Instances</source>
   <translation>Instances</translation>
  </message>
 </context>
 <context>
  <name>QuitQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Quit, leave running</source>
   <translation>Quit, leave running</translation>
  </message>
  <message>
   <source>Stop all and quit</source>
   <translation>Stop all and quit</translation>
  </message>
  <message>
   <source>The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.</source>
   <translation>The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.</translation>
  </message>
  <message>
   <source>The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.</source>
   <translation>The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.</translation>
  </message>
  <message>
   <source>Your instances keep running</source>
   <translation>Your instances keep running</translation>
  </message>
 </context>
 <context>
  <name>ReportPage</name>
  <message>
   <source>Instances</source>
   <translation>Instances</translation>
  </message>
  <message>
   <source>No update has been made yet.</source>
   <translation>No update has been made yet.</translation>
  </message>
  <message>
   <source>The program ended before the update did; this is how it was put in order.</source>
   <translation>The program ended before the update did; this is how it was put in order.</translation>
  </message>
  <message>
   <source>Which update</source>
   <translation>Which update</translation>
  </message>
  <message>
   <source>{when}, to {version}</source>
   <translation>{when}, to {version}</translation>
  </message>
 </context>
 <context>
  <name>RuleRow</name>
  <message>
   <source> min</source>
   <translation> min</translation>
  </message>
  <message>
   <source>Alert above</source>
   <translation>Alert above</translation>
  </message>
  <message>
   <source>Alert below</source>
   <translation>Alert below</translation>
  </message>
  <message>
   <source>As for all</source>
   <translation>As for all</translation>
  </message>
  <message>
   <source>Minutes</source>
   <translation>Minutes</translation>
  </message>
  <message>
   <source>No alert</source>
   <translation>No alert</translation>
  </message>
  <message>
   <source>for</source>
   <translation>for</translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>1 change</source>
   <translation>1 change</translation>
  </message>
  <message>
   <source>1 problem</source>
   <translation>1 problem</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Discard</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Show the first field that is wrong</source>
   <translation>Show the first field that is wrong</translation>
  </message>
  <message>
   <source>{count} changes</source>
   <translation>{count} changes</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} problems</translation>
  </message>
 </context>
 <context>
  <name>SaveTemplateDialog</name>
  <message>
   <source>Keep &amp;secrets too</source>
   <translation>Keep &amp;secrets too</translation>
  </message>
  <message>
   <source>Name of the template</source>
   <translation>Name of the template</translation>
  </message>
  <message>
   <source>Replace</source>
   <translation>Replace</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Save the settings of {name} as a template</source>
   <translation>Save the settings of {name} as a template</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.</source>
   <translation>Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.</translation>
  </message>
 </context>
 <context>
  <name>SavedSearchMenu</name>
  <message>
   <source>Forget search</source>
   <translation>Forget search</translation>
  </message>
  <message>
   <source>Save search…</source>
   <translation>Save search…</translation>
  </message>
  <message>
   <source>Saved searches</source>
   <translation>Saved searches</translation>
  </message>
 </context>
 <context>
  <name>SearchField</name>
  <message>
   <source>Clear the search</source>
   <translation>Clear the search</translation>
  </message>
  <message>
   <source>Search instances</source>
   <translation>Search instances</translation>
  </message>
  <message>
   <source>Search name, port, tag, notes</source>
   <translation>Search name, port, tag, notes</translation>
  </message>
 </context>
 <context>
  <name>SearchNameDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>It can be chosen again wherever logs are shown. A search that has this name already is replaced.</source>
   <translation>It can be chosen again wherever logs are shown. A search that has this name already is replaced.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Save this search</translation>
  </message>
 </context>
 <context>
  <name>SecretLine</name>
  <message>
   <source>Copy</source>
   <translation>Copy</translation>
  </message>
  <message>
   <source>Copy: {name}</source>
   <translation>Copy: {name}</translation>
  </message>
  <message>
   <source>Generate</source>
   <translation>Generate</translation>
  </message>
  <message>
   <source>Generate: {name}</source>
   <translation>Generate: {name}</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Reveal</translation>
  </message>
  <message>
   <source>Reveal: {name}</source>
   <translation>Reveal: {name}</translation>
  </message>
 </context>
 <context>
  <name>SectionNav</name>
  <message>
   <source>1 problem</source>
   <translation>1 problem</translation>
  </message>
  <message>
   <source>Section</source>
   <translation>Section</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Sections</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} problems</translation>
  </message>
 </context>
 <context>
  <name>SectionPage</name>
  <message>
   <source>Advanced ({count})</source>
   <translation>Advanced ({count})</translation>
  </message>
  <message>
   <source>Hide {count} advanced settings</source>
   <translation>Hide {count} advanced settings</translation>
  </message>
  <message>
   <source>Show {count} advanced settings</source>
   <translation>Show {count} advanced settings</translation>
  </message>
 </context>
 <context>
  <name>SelfTestDialog</name>
  <message>
   <source>All steps went well.</source>
   <translation>All steps went well.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Copy the steps</source>
   <translation>Copy the steps</translation>
  </message>
  <message>
   <source>Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched.</source>
   <translation>Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched.</translation>
  </message>
  <message>
   <source>Not all steps went well. Copy them when you ask for help.</source>
   <translation>Not all steps went well. Copy them when you ask for help.</translation>
  </message>
  <message>
   <source>Run again</source>
   <translation>Run again</translation>
  </message>
  <message>
   <source>Running…</source>
   <translation>Running…</translation>
  </message>
  <message>
   <source>Self-test</source>
   <translation>Self-test</translation>
  </message>
  <message>
   <source>Steps of the self-test</source>
   <translation>Steps of the self-test</translation>
  </message>
 </context>
 <context>
  <name>Sentences</name>
  <message>
   <source> (line {lineno}, column {colno})</source>
   <translation> (line {lineno}, column {colno})</translation>
  </message>
  <message>
   <source> It was set to {stored} so that it stays there.</source>
   <translation> It was set to {stored} so that it stays there.</translation>
  </message>
  <message>
   <source> Make it two entries.</source>
   <translation> Make it two entries.</translation>
  </message>
  <message>
   <source> The chats of before are kept aside in its folder.</source>
   <translation> The chats of before are kept aside in its folder.</translation>
  </message>
  <message>
   <source> Write %2C instead.</source>
   <translation> Write %2C instead.</translation>
  </message>
  <message>
   <source> Write postgres:// instead of postgresql://.</source>
   <translation> Write postgres:// instead of postgresql://.</translation>
  </message>
  <message>
   <source> and equal to its published checksum</source>
   <translation> and equal to its published checksum</translation>
  </message>
  <message>
   <source> and others</source>
   <translation> and others</translation>
  </message>
  <message>
   <source> and {users} more</source>
   <translation> and {users} more</translation>
  </message>
  <message>
   <source># Left out because a .env cannot carry them: {not_carried}.</source>
   <translation># Left out because a .env cannot carry them: {not_carried}.</translation>
  </message>
  <message>
   <source># Left out because they hold secrets: {secret_labels}.</source>
   <translation># Left out because they hold secrets: {secret_labels}.</translation>
  </message>
  <message>
   <source># Settings of {split} that differ from the defaults of GOWA Desktop.</source>
   <translation># Settings of {split} that differ from the defaults of GOWA Desktop.</translation>
  </message>
  <message>
   <source>%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s</source>
   <translation>%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s</translation>
  </message>
  <message>
   <source>--- GOWA Desktop: </source>
   <translation>--- GOWA Desktop: </translation>
  </message>
  <message>
   <source>1 file of {name} is gone, {freed} MB are free again.</source>
   <translation>1 file of {name} is gone, {freed} MB are free again.</translation>
  </message>
  <message>
   <source>1 file of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>1 file of {name} with {size} MB would go. Add --yes to do it.</translation>
  </message>
  <message>
   <source>127.0.0.1 keeps the API on this computer. 0.0.0.0 opens it to every network the computer is in; set a sign-in first.</source>
   <translation>127.0.0.1 keeps the API on this computer. 0.0.0.0 opens it to every network the computer is in; set a sign-in first.</translation>
  </message>
  <message>
   <source>: {needed} are needed and {free} are free</source>
   <translation>: {needed} are needed and {free} are free</translation>
  </message>
  <message>
   <source>; it was published without a checksum</source>
   <translation>; it was published without a checksum</translation>
  </message>
  <message>
   <source>; the damaged file is kept as {aside}</source>
   <translation>; the damaged file is kept as {aside}</translation>
  </message>
  <message>
   <source>A SHA-256 has exactly 64 digits of 0-9 and a-f.</source>
   <translation>A SHA-256 has exactly 64 digits of 0-9 and a-f.</translation>
  </message>
  <message>
   <source>A command client sent no full request in time and was dropped</source>
   <translation>A command client sent no full request in time and was dropped</translation>
  </message>
  <message>
   <source>A copy of the database {database} was no good.</source>
   <translation>A copy of the database {database} was no good.</translation>
  </message>
  <message>
   <source>A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}</source>
   <translation>A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}</translation>
  </message>
  <message>
   <source>A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.</source>
   <translation>A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.</translation>
  </message>
  <message>
   <source>A database in {folder} could not be copied: {error}.</source>
   <translation>A database in {folder} could not be copied: {error}.</translation>
  </message>
  <message>
   <source>A database in {folder} is damaged.</source>
   <translation>A database in {folder} is damaged.</translation>
  </message>
  <message>
   <source>A database in {folder} is held by another program.</source>
   <translation>A database in {folder} is held by another program.</translation>
  </message>
  <message>
   <source>A database was locked. Make sure that no other program opens the instance folder.</source>
   <translation>A database was locked. Make sure that no other program opens the instance folder.</translation>
  </message>
  <message>
   <source>A file {name} lies in the folder of {name2}. {what}</source>
   <translation>A file {name} lies in the folder of {name2}. {what}</translation>
  </message>
  <message>
   <source>A memory limit is {least_limit_mb} to {most_limit_mb} MB, or 0 for none.</source>
   <translation>A memory limit is {least_limit_mb} to {most_limit_mb} MB, or 0 for none.</translation>
  </message>
  <message>
   <source>A message that is deleted on one side is deleted on the other.</source>
   <translation>A message that is deleted on one side is deleted on the other.</translation>
  </message>
  <message>
   <source>A name cannot contain {bad}.</source>
   <translation>A name cannot contain {bad}.</translation>
  </message>
  <message>
   <source>A name cannot start with {cleaned}.</source>
   <translation>A name cannot start with {cleaned}.</translation>
  </message>
  <message>
   <source>A network that asks for a sign-in first does that; sign in with a browser and try again.</source>
   <translation>A network that asks for a sign-in first does that; sign in with a browser and try again.</translation>
  </message>
  <message>
   <source>A new message of a contact reopens the old conversation instead of starting a new one.</source>
   <translation>A new message of a contact reopens the old conversation instead of starting a new one.</translation>
  </message>
  <message>
   <source>A port is a whole number.</source>
   <translation>A port is a whole number.</translation>
  </message>
  <message>
   <source>A postgres:// address for copying straight into Chatwoot's database. Left empty, its web interface is used.</source>
   <translation>A postgres:// address for copying straight into Chatwoot's database. Left empty, its web interface is used.</translation>
  </message>
  <message>
   <source>A process works in the folder of {name} already: {names}. Two on one folder would damage the WhatsApp session.</source>
   <translation>A process works in the folder of {name} already: {names}. Two on one folder would damage the WhatsApp session.</translation>
  </message>
  <message>
   <source>A program may still use it. Stop it and try again.</source>
   <translation>A program may still use it. Stop it and try again.</translation>
  </message>
  <message>
   <source>A request was answered with in</source>
   <translation>A request was answered with in</translation>
  </message>
  <message>
   <source>A request was answered with {status}: {fault}</source>
   <translation>A request was answered with {status}: {fault}</translation>
  </message>
  <message>
   <source>A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.</source>
   <translation>A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.</translation>
  </message>
  <message>
   <source>A saved search needs a name of 1 to {longest_search_name} characters.</source>
   <translation>A saved search needs a name of 1 to {longest_search_name} characters.</translation>
  </message>
  <message>
   <source>A second database for message keys. Left empty, they are in the WhatsApp database. Back up both together.</source>
   <translation>A second database for message keys. Left empty, they are in the WhatsApp database. Back up both together.</translation>
  </message>
  <message>
   <source>A sign-in by QR code was not finished.</source>
   <translation>A sign-in by QR code was not finished.</translation>
  </message>
  <message>
   <source>A sign-in is written wrongly. It must be user:password with one colon.</source>
   <translation>A sign-in is written wrongly. It must be user:password with one colon.</translation>
  </message>
  <message>
   <source>A sign-in needs a user name and a password.</source>
   <translation>A sign-in needs a user name and a password.</translation>
  </message>
  <message>
   <source>A snapshot of {name} was restored in part only.</source>
   <translation>A snapshot of {name} was restored in part only.</translation>
  </message>
  <message>
   <source>A stored setting cannot be read.</source>
   <translation>A stored setting cannot be read.</translation>
  </message>
  <message>
   <source>A tag has at most {longest_tag} characters.</source>
   <translation>A tag has at most {longest_tag} characters.</translation>
  </message>
  <message>
   <source>A text sent in answer to incoming messages. Leave it empty to send none.</source>
   <translation>A text sent in answer to incoming messages. Leave it empty to send none.</translation>
  </message>
  <message>
   <source>A token has letters, digits and signs only, no spaces; GOWA could not send this one.</source>
   <translation>A token has letters, digits and signs only, no spaces; GOWA could not send this one.</translation>
  </message>
  <message>
   <source>A virus scanner may hold it in its quarantine: allow it there. Then install this version again.</source>
   <translation>A virus scanner may hold it in its quarantine: allow it there. Then install this version again.</translation>
  </message>
  <message>
   <source>A web address of this release makes no sense.</source>
   <translation>A web address of this release makes no sense.</translation>
  </message>
  <message>
   <source>A webhook did not take its events. Check its address.</source>
   <translation>A webhook did not take its events. Check its address.</translation>
  </message>
  <message>
   <source>Accept any certificate</source>
   <translation>Accept any certificate</translation>
  </message>
  <message>
   <source>Access and network</source>
   <translation>Access and network</translation>
  </message>
  <message>
   <source>Add --name, --restart, --memory-limit, --priority, --tags or --notes.</source>
   <translation>Add --name, --restart, --memory-limit, --priority, --tags or --notes.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Add --yes to do it.</translation>
  </message>
  <message>
   <source>Add --yes to restore it.</source>
   <translation>Add --yes to restore it.</translation>
  </message>
  <message>
   <source>Add a sign-in</source>
   <translation>Add a sign-in</translation>
  </message>
  <message>
   <source>Add a unit: {text}s for seconds, {text2}m for minutes. Without one GOWA reads nanoseconds.</source>
   <translation>Add a unit: {text}s for seconds, {text2}m for minutes. Without one GOWA reads nanoseconds.</translation>
  </message>
  <message>
   <source>Address for calls from Chatwoot</source>
   <translation>Address for calls from Chatwoot</translation>
  </message>
  <message>
   <source>Address of the separate MCP server</source>
   <translation>Address of the separate MCP server</translation>
  </message>
  <message>
   <source>Addresses or ranges such as 10.0.0.0/8 whose forwarded host name is believed in links to QR codes.</source>
   <translation>Addresses or ranges such as 10.0.0.0/8 whose forwarded host name is believed in links to QR codes.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is deleted.</source>
   <translation>Adds a note to the conversation when a message is deleted.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is edited.</source>
   <translation>Adds a note to the conversation when a message is edited.</translation>
  </message>
  <message>
   <source>After the failed update to {to_tag}</source>
   <translation>After the failed update to {to_tag}</translation>
  </message>
  <message>
   <source>All settings, the port, received media files.</source>
   <translation>All settings, the port, received media files.</translation>
  </message>
  <message>
   <source>All settings, the port, the address, received media files.</source>
   <translation>All settings, the port, the address, received media files.</translation>
  </message>
  <message>
   <source>Allow it in System Settings, Privacy &amp; Security, and install again.</source>
   <translation>Allow it in System Settings, Privacy &amp; Security, and install again.</translation>
  </message>
  <message>
   <source>Allow its own page only</source>
   <translation>Allow its own page only</translation>
  </message>
  <message>
   <source>Allow the program there, or ask the administrator.</source>
   <translation>Allow the program there, or ask the administrator.</translation>
  </message>
  <message>
   <source>Also forwards what was sent from this account. Only v8.2.1 has this switch.</source>
   <translation>Also forwards what was sent from this account. Only v8.2.1 has this switch.</translation>
  </message>
  <message>
   <source>An administrator may have forbidden it.</source>
   <translation>An administrator may have forbidden it.</translation>
  </message>
  <message>
   <source>An alert looks at 1 to {longest_minutes} minutes.</source>
   <translation>An alert looks at 1 to {longest_minutes} minutes.</translation>
  </message>
  <message>
   <source>An instance has at most {most_tags} tags.</source>
   <translation>An instance has at most {most_tags} tags.</translation>
  </message>
  <message>
   <source>An instance of GOWA does not end.</source>
   <translation>An instance of GOWA does not end.</translation>
  </message>
  <message>
   <source>An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise.</source>
   <translation>An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise.</translation>
  </message>
  <message>
   <source>Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it.</source>
   <translation>Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it.</translation>
  </message>
  <message>
   <source>Another program is installed as {tag} already.</source>
   <translation>Another program is installed as {tag} already.</translation>
  </message>
  <message>
   <source>Another sign-in has this user name; GOWA would take the last one only.</source>
   <translation>Another sign-in has this user name; GOWA would take the last one only.</translation>
  </message>
  <message>
   <source>Another update is under way.</source>
   <translation>Another update is under way.</translation>
  </message>
  <message>
   <source>Answered with {status}</source>
   <translation>Answered with {status}</translation>
  </message>
  <message>
   <source>Arguments can be seen by everybody on this computer. Put a secret into the extra environment.</source>
   <translation>Arguments can be seen by everybody on this computer. Put a secret into the extra environment.</translation>
  </message>
  <message>
   <source>Ask the release server first (versions available --refresh).</source>
   <translation>Ask the release server first (versions available --refresh).</translation>
  </message>
  <message>
   <source>Asks WhatsApp first whether the number is registered and refuses to send when it is not.</source>
   <translation>Asks WhatsApp first whether the number is registered and refuses to send when it is not.</translation>
  </message>
  <message>
   <source>At least one version is kept.</source>
   <translation>At least one version is kept.</translation>
  </message>
  <message>
   <source>Automatic reply</source>
   <translation>Automatic reply</translation>
  </message>
  <message>
   <source>Bahasa Indonesia</source>
   <translation>Bahasa Indonesia</translation>
  </message>
  <message>
   <source>Base path</source>
   <translation>Base path</translation>
  </message>
  <message>
   <source>Basic auth is not valid</source>
   <translation>Basic auth is not valid</translation>
  </message>
  <message>
   <source>Before its data was reset</source>
   <translation>Before its data was reset</translation>
  </message>
  <message>
   <source>Before the first start with {tag}</source>
   <translation>Before the first start with {tag}</translation>
  </message>
  <message>
   <source>Before the snapshot of {created_at} UTC was restored</source>
   <translation>Before the snapshot of {created_at} UTC was restored</translation>
  </message>
  <message>
   <source>Before the update to {to_tag}</source>
   <translation>Before the update to {to_tag}</translation>
  </message>
  <message>
   <source>Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.</source>
   <translation>Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.</translation>
  </message>
  <message>
   <source>Begin conversations as pending</source>
   <translation>Begin conversations as pending</translation>
  </message>
  <message>
   <source>Begin it again when you like.</source>
   <translation>Begin it again when you like.</translation>
  </message>
  <message>
   <source>Between name and reply</source>
   <translation>Between name and reply</translation>
  </message>
  <message>
   <source>Bring it back, or start GOWA Desktop anew to restore it.</source>
   <translation>Bring it back, or start GOWA Desktop anew to restore it.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or choose another with --data-dir.</source>
   <translation>Bring its disk or folder back, or choose another with --data-dir.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.</source>
   <translation>Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.</translation>
  </message>
  <message>
   <source>Calls from Chatwoot must carry it. Left empty, that address is open to everybody, even with a sign-in set.</source>
   <translation>Calls from Chatwoot must carry it. Left empty, that address is open to everybody, even with a sign-in set.</translation>
  </message>
  <message>
   <source>Change some first.</source>
   <translation>Change some first.</translation>
  </message>
  <message>
   <source>Change the settings by hand.</source>
   <translation>Change the settings by hand.</translation>
  </message>
  <message>
   <source>Change them, then start it again.</source>
   <translation>Change them, then start it again.</translation>
  </message>
  <message>
   <source>Chats to keep out of Chatwoot</source>
   <translation>Chats to keep out of Chatwoot</translation>
  </message>
  <message>
   <source>Chats to leave out</source>
   <translation>Chats to leave out</translation>
  </message>
  <message>
   <source>Chatwoot</source>
   <translation>Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot access token</source>
   <translation>Chatwoot access token</translation>
  </message>
  <message>
   <source>Chatwoot account number</source>
   <translation>Chatwoot account number</translation>
  </message>
  <message>
   <source>Chatwoot address</source>
   <translation>Chatwoot address</translation>
  </message>
  <message>
   <source>Chatwoot hosts devices may use</source>
   <translation>Chatwoot hosts devices may use</translation>
  </message>
  <message>
   <source>Chatwoot inbox number</source>
   <translation>Chatwoot inbox number</translation>
  </message>
  <message>
   <source>Chatwoot's own database</source>
   <translation>Chatwoot's own database</translation>
  </message>
  <message>
   <source>Check its cable or network.</source>
   <translation>Check its cable or network.</translation>
  </message>
  <message>
   <source>Check numbers before sending</source>
   <translation>Check numbers before sending</translation>
  </message>
  <message>
   <source>Check that its version is still installed and allowed to run.</source>
   <translation>Check that its version is still installed and allowed to run.</translation>
  </message>
  <message>
   <source>Check the clock of this computer and the proxy.</source>
   <translation>Check the clock of this computer and the proxy.</translation>
  </message>
  <message>
   <source>Check the disk and the folder's permissions.</source>
   <translation>Check the disk and the folder's permissions.</translation>
  </message>
  <message>
   <source>Check the disk and try again.</source>
   <translation>Check the disk and try again.</translation>
  </message>
  <message>
   <source>Check the disk it is on.</source>
   <translation>Check the disk it is on.</translation>
  </message>
  <message>
   <source>Check the disk.</source>
   <translation>Check the disk.</translation>
  </message>
  <message>
   <source>Check the file and the version.</source>
   <translation>Check the file and the version.</translation>
  </message>
  <message>
   <source>Check the file, and that no virus scanner holds it.</source>
   <translation>Check the file, and that no virus scanner holds it.</translation>
  </message>
  <message>
   <source>Check the internet connection, and the proxy in the settings if you use one.</source>
   <translation>Check the internet connection, and the proxy in the settings if you use one.</translation>
  </message>
  <message>
   <source>Check the permissions of this folder.</source>
   <translation>Check the permissions of this folder.</translation>
  </message>
  <message>
   <source>Check the proxy in the settings or of this computer.</source>
   <translation>Check the proxy in the settings or of this computer.</translation>
  </message>
  <message>
   <source>Check the release address in the settings.</source>
   <translation>Check the release address in the settings.</translation>
  </message>
  <message>
   <source>Choose a .json or .env file.</source>
   <translation>Choose a .json or .env file.</translation>
  </message>
  <message>
   <source>Choose a GOWA release file.</source>
   <translation>Choose a GOWA release file.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip or program.</source>
   <translation>Choose a GOWA release zip or program.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip.</source>
   <translation>Choose a GOWA release zip.</translation>
  </message>
  <message>
   <source>Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA.</source>
   <translation>Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA.</translation>
  </message>
  <message>
   <source>Choose a file with settings.</source>
   <translation>Choose a file with settings.</translation>
  </message>
  <message>
   <source>Choose a number between {least} and {most}.</source>
   <translation>Choose a number between {least} and {most}.</translation>
  </message>
  <message>
   <source>Choose a number of days between them.</source>
   <translation>Choose a number of days between them.</translation>
  </message>
  <message>
   <source>Choose a number of megabytes between them.</source>
   <translation>Choose a number of megabytes between them.</translation>
  </message>
  <message>
   <source>Choose a shorter one.</source>
   <translation>Choose a shorter one.</translation>
  </message>
  <message>
   <source>Choose a time between them.</source>
   <translation>Choose a time between them.</translation>
  </message>
  <message>
   <source>Choose a wider range, or give a port yourself.</source>
   <translation>Choose a wider range, or give a port yourself.</translation>
  </message>
  <message>
   <source>Choose an older version of GOWA, or a newer release of this system.</source>
   <translation>Choose an older version of GOWA, or a newer release of this system.</translation>
  </message>
  <message>
   <source>Choose another folder with --data-dir.</source>
   <translation>Choose another folder with --data-dir.</translation>
  </message>
  <message>
   <source>Choose another name, or say that it may be replaced.</source>
   <translation>Choose another name, or say that it may be replaced.</translation>
  </message>
  <message>
   <source>Choose another name.</source>
   <translation>Choose another name.</translation>
  </message>
  <message>
   <source>Choose another place.</source>
   <translation>Choose another place.</translation>
  </message>
  <message>
   <source>Choose another port.</source>
   <translation>Choose another port.</translation>
  </message>
  <message>
   <source>Choose another snapshot.</source>
   <translation>Choose another snapshot.</translation>
  </message>
  <message>
   <source>Choose another version.</source>
   <translation>Choose another version.</translation>
  </message>
  <message>
   <source>Choose another.</source>
   <translation>Choose another.</translation>
  </message>
  <message>
   <source>Choose one between {first_user_port} and {last_port}.</source>
   <translation>Choose one between {first_user_port} and {last_port}.</translation>
  </message>
  <message>
   <source>Choose one of {allowed}.</source>
   <translation>Choose one of {allowed}.</translation>
  </message>
  <message>
   <source>Choose one of {choices}.</source>
   <translation>Choose one of {choices}.</translation>
  </message>
  <message>
   <source>Choose one of {kind}.</source>
   <translation>Choose one of {kind}.</translation>
  </message>
  <message>
   <source>Choose the lower one first.</source>
   <translation>Choose the lower one first.</translation>
  </message>
  <message>
   <source>Choose the release file for this computer.</source>
   <translation>Choose the release file for this computer.</translation>
  </message>
  <message>
   <source>Choose the release file that ends in {removesuffix}.zip.</source>
   <translation>Choose the release file that ends in {removesuffix}.zip.</translation>
  </message>
  <message>
   <source>Choose two different times.</source>
   <translation>Choose two different times.</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Clean up versions</translation>
  </message>
  <message>
   <source>Clean up {name}</source>
   <translation>Clean up {name}</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again.</source>
   <translation>Close programs that use its files and try again.</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again. Nothing was deleted.</source>
   <translation>Close programs that use its files and try again. Nothing was deleted.</translation>
  </message>
  <message>
   <source>Close that program and try again.</source>
   <translation>Close that program and try again.</translation>
  </message>
  <message>
   <source>Close that program, or wait until it is done, and try again.</source>
   <translation>Close that program, or wait until it is done, and try again.</translation>
  </message>
  <message>
   <source>Close them and try again.</source>
   <translation>Close them and try again.</translation>
  </message>
  <message>
   <source>Connect to Chatwoot</source>
   <translation>Connect to Chatwoot</translation>
  </message>
  <message>
   <source>Connections to the chat database</source>
   <translation>Connections to the chat database</translation>
  </message>
  <message>
   <source>Copies the message history to Chatwoot after a device has connected.</source>
   <translation>Copies the message history to Chatwoot after a device has connected.</translation>
  </message>
  <message>
   <source>Copy it again from GitHub.</source>
   <translation>Copy it again from GitHub.</translation>
  </message>
  <message>
   <source>Correct it and try again.</source>
   <translation>Correct it and try again.</translation>
  </message>
  <message>
   <source>Correct it, or export it anew.</source>
   <translation>Correct it, or export it anew.</translation>
  </message>
  <message>
   <source>Correct it, or look for plain text. Look-around and back-references are not understood.</source>
   <translation>Correct it, or look for plain text. Look-around and back-references are not understood.</translation>
  </message>
  <message>
   <source>Correct it. Because of that line GOWA would ignore the whole file.</source>
   <translation>Correct it. Because of that line GOWA would ignore the whole file.</translation>
  </message>
  <message>
   <source>Correct or remove it in the settings.</source>
   <translation>Correct or remove it in the settings.</translation>
  </message>
  <message>
   <source>Correct the file, or set it aside without importing it.</source>
   <translation>Correct the file, or set it aside without importing it.</translation>
  </message>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Correct the value and try again.</translation>
  </message>
  <message>
   <source>Create the inbox by itself</source>
   <translation>Create the inbox by itself</translation>
  </message>
  <message>
   <source>Created {name} on port {port}.</source>
   <translation>Created {name} on port {port}.</translation>
  </message>
  <message>
   <source>Creates or reuses the inbox at each start. A failure is written to the log and GOWA goes on.</source>
   <translation>Creates or reuses the inbox at each start. A failure is written to the log and GOWA goes on.</translation>
  </message>
  <message>
   <source>Dashboard</source>
   <translation>Dashboard</translation>
  </message>
  <message>
   <source>Dashboard checksum</source>
   <translation>Dashboard checksum</translation>
  </message>
  <message>
   <source>Dashboard file name</source>
   <translation>Dashboard file name</translation>
  </message>
  <message>
   <source>Dashboard repository</source>
   <translation>Dashboard repository</translation>
  </message>
  <message>
   <source>Database for keys</source>
   <translation>Database for keys</translation>
  </message>
  <message>
   <source>Days after which stored chats are removed.</source>
   <translation>Days after which stored chats are removed.</translation>
  </message>
  <message>
   <source>Days to import</source>
   <translation>Days to import</translation>
  </message>
  <message>
   <source>Debug output</source>
   <translation>Debug output</translation>
  </message>
  <message>
   <source>Delete a snapshot</source>
   <translation>Delete a snapshot</translation>
  </message>
  <message>
   <source>Delete on both sides</source>
   <translation>Delete on both sides</translation>
  </message>
  <message>
   <source>Delete {name} for good</source>
   <translation>Delete {name} for good</translation>
  </message>
  <message>
   <source>Deleted the template {name}. Instances keep what they have.</source>
   <translation>Deleted the template {name}. Instances keep what they have.</translation>
  </message>
  <message>
   <source>Details are in the program's log.</source>
   <translation>Details are in the program's log.</translation>
  </message>
  <message>
   <source>Device for Chatwoot</source>
   <translation>Device for Chatwoot</translation>
  </message>
  <message>
   <source>Device name</source>
   <translation>Device name</translation>
  </message>
  <message>
   <source>Did you mean {close}?</source>
   <translation>Did you mean {close}?</translation>
  </message>
  <message>
   <source>Disk nearly full</source>
   <translation>Disk nearly full</translation>
  </message>
  <message>
   <source>Does not check the TLS certificate of receivers. Only for tests: anybody in between could read the messages.</source>
   <translation>Does not check the TLS certificate of receivers. Only for tests: anybody in between could read the messages.</translation>
  </message>
  <message>
   <source>Download it again.</source>
   <translation>Download it again.</translation>
  </message>
  <message>
   <source>Download it from {tag}; instances go on while you install it.</source>
   <translation>Download it from {tag}; instances go on while you install it.</translation>
  </message>
  <message>
   <source>Download the release again.</source>
   <translation>Download the release again.</translation>
  </message>
  <message>
   <source>Each address receives every event as an HTTP POST. An event is tried five times within 30 seconds, then it is lost.</source>
   <translation>Each address receives every event as an HTTP POST. An event is tried five times within 30 seconds, then it is lost.</translation>
  </message>
  <message>
   <source>Each instance fetches the newest page from GitHub at every start, 60 times an hour at most for this computer. Off, it uses the copy that all instances share.</source>
   <translation>Each instance fetches the newest page from GitHub at every start, 60 times an hour at most for this computer. Off, it uses the copy that all instances share.</translation>
  </message>
  <message>
   <source>Empty the chat store after</source>
   <translation>Empty the chat store after</translation>
  </message>
  <message>
   <source>End it with the system's task manager and try again.</source>
   <translation>End it with the system's task manager and try again.</translation>
  </message>
  <message>
   <source>End that process, then start the instance again.</source>
   <translation>End that process, then start the instance again.</translation>
  </message>
  <message>
   <source>Events of these chats or senders are not sent: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Events of these chats or senders are not sent: 4915112345678@s.whatsapp.net, or @g.us for all groups.</translation>
  </message>
  <message>
   <source>Events to send</source>
   <translation>Events to send</translation>
  </message>
  <message>
   <source>Every port from {first} to {last} is taken.</source>
   <translation>Every port from {first} to {last} is taken.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Extra arguments</translation>
  </message>
  <message>
   <source>Extra environment {name}</source>
   <translation>Extra environment {name}</translation>
  </message>
  <message>
   <source>Extra environment {variable}</source>
   <translation>Extra environment {variable}</translation>
  </message>
  <message>
   <source>Fetch the dashboard</source>
   <translation>Fetch the dashboard</translation>
  </message>
  <message>
   <source>For the former sub-command mcp, which this program does not start.</source>
   <translation>For the former sub-command mcp, which this program does not start.</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Force kill</translation>
  </message>
  <message>
   <source>Forget one first.</source>
   <translation>Forget one first.</translation>
  </message>
  <message>
   <source>Free some space and try again.</source>
   <translation>Free some space and try again.</translation>
  </message>
  <message>
   <source>Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room.</source>
   <translation>Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room.</translation>
  </message>
  <message>
   <source>Free some space, before instances can no longer store messages.</source>
   <translation>Free some space, before instances can no longer store messages.</translation>
  </message>
  <message>
   <source>Free some space, or choose another with --data-dir.</source>
   <translation>Free some space, or choose another with --data-dir.</translation>
  </message>
  <message>
   <source>Free some space, or delete old snapshots.</source>
   <translation>Free some space, or delete old snapshots.</translation>
  </message>
  <message>
   <source>From the profile page of the Chatwoot user that GOWA acts for.</source>
   <translation>From the profile page of the Chatwoot user that GOWA acts for.</translation>
  </message>
  <message>
   <source>From {begin} to {end} is no time at all.</source>
   <translation>From {begin} to {end} is no time at all.</translation>
  </message>
  <message>
   <source>GOWA Desktop</source>
   <translation>GOWA Desktop</translation>
  </message>
  <message>
   <source>GOWA Desktop ended before it answered.</source>
   <translation>GOWA Desktop ended before it answered.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running on {data_dir}{who}.</source>
   <translation>GOWA Desktop is already running on {data_dir}{who}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running without a window on this data folder.</source>
   <translation>GOWA Desktop is already running without a window on this data folder.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running on {data_dir}.</source>
   <translation>GOWA Desktop is not running on {data_dir}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running.</source>
   <translation>GOWA Desktop is not running.</translation>
  </message>
  <message>
   <source>GOWA Desktop is running but does not answer.</source>
   <translation>GOWA Desktop is running but does not answer.</translation>
  </message>
  <message>
   <source>GOWA Desktop sent an answer that is too long.</source>
   <translation>GOWA Desktop sent an answer that is too long.</translation>
  </message>
  <message>
   <source>GOWA Desktop was asked to quit and does not.</source>
   <translation>GOWA Desktop was asked to quit and does not.</translation>
  </message>
  <message>
   <source>GOWA Desktop was updated while it runs.</source>
   <translation>GOWA Desktop was updated while it runs.</translation>
  </message>
  <message>
   <source>GOWA Desktop {tag} is available</source>
   <translation>GOWA Desktop {tag} is available</translation>
  </message>
  <message>
   <source>GOWA answered with the status {status}.</source>
   <translation>GOWA answered with the status {status}.</translation>
  </message>
  <message>
   <source>GOWA answered with too much.</source>
   <translation>GOWA answered with too much.</translation>
  </message>
  <message>
   <source>GOWA becomes an OAuth server for MCP. It needs a sign-in and the public https address of this instance.</source>
   <translation>GOWA becomes an OAuth server for MCP. It needs a sign-in and the public https address of this instance.</translation>
  </message>
  <message>
   <source>GOWA could not be started.</source>
   <translation>GOWA could not be started.</translation>
  </message>
  <message>
   <source>GOWA could not be started: {system_text}.</source>
   <translation>GOWA could not be started: {system_text}.</translation>
  </message>
  <message>
   <source>GOWA could not listen on its port {port}. Choose another port or address.</source>
   <translation>GOWA could not listen on its port {port}. Choose another port or address.</translation>
  </message>
  <message>
   <source>GOWA could not reach WhatsApp when it started. Check the internet connection.</source>
   <translation>GOWA could not reach WhatsApp when it started. Check the internet connection.</translation>
  </message>
  <message>
   <source>GOWA did not become ready within {ready_limit_ms} seconds on port {port}. Look at its last lines, then start it again.</source>
   <translation>GOWA did not become ready within {ready_limit_ms} seconds on port {port}. Look at its last lines, then start it again.</translation>
  </message>
  <message>
   <source>GOWA does not answer: {name}.</source>
   <translation>GOWA does not answer: {name}.</translation>
  </message>
  <message>
   <source>GOWA does not know one of the extra arguments. Remove it.</source>
   <translation>GOWA does not know one of the extra arguments. Remove it.</translation>
  </message>
  <message>
   <source>GOWA ended while this program was not its parent, so its exit code is unknown</source>
   <translation>GOWA ended while this program was not its parent, so its exit code is unknown</translation>
  </message>
  <message>
   <source>GOWA ended with code {code}</source>
   <translation>GOWA ended with code {code}</translation>
  </message>
  <message>
   <source>GOWA gave up: {rstrip}. ({what}.)</source>
   <translation>GOWA gave up: {rstrip}. ({what}.)</translation>
  </message>
  <message>
   <source>GOWA hit an internal fault (panic). Its last lines tell more.</source>
   <translation>GOWA hit an internal fault (panic). Its last lines tell more.</translation>
  </message>
  <message>
   <source>GOWA ignores words that are no flags. Write a flag with its value, such as --name=value.</source>
   <translation>GOWA ignores words that are no flags. Write a flag with its value, such as --name=value.</translation>
  </message>
  <message>
   <source>GOWA knows no days. Write {days}h instead.</source>
   <translation>GOWA knows no days. Write {days}h instead.</translation>
  </message>
  <message>
   <source>GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.</source>
   <translation>GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.</translation>
  </message>
  <message>
   <source>GOWA never sees this form. Write {match}@s.whatsapp.net.</source>
   <translation>GOWA never sees this form. Write {match}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>GOWA refused a sign-in. Check the user names and passwords.</source>
   <translation>GOWA refused a sign-in. Check the user names and passwords.</translation>
  </message>
  <message>
   <source>GOWA refused the sign-in.</source>
   <translation>GOWA refused the sign-in.</translation>
  </message>
  <message>
   <source>GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first.</source>
   <translation>GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first.</translation>
  </message>
  <message>
   <source>GOWA says nothing about it</source>
   <translation>GOWA says nothing about it</translation>
  </message>
  <message>
   <source>GOWA sends no event of this name. It knows {choices} and others.</source>
   <translation>GOWA sends no event of this name. It knows {choices} and others.</translation>
  </message>
  <message>
   <source>GOWA stopped answering: {misses} questions in a row got no answer.</source>
   <translation>GOWA stopped answering: {misses} questions in a row got no answer.</translation>
  </message>
  <message>
   <source>GOWA takes it as the argument {flag} only, which everybody on this computer can read. Leave it empty.</source>
   <translation>GOWA takes it as the argument {flag} only, which everybody on this computer can read. Leave it empty.</translation>
  </message>
  <message>
   <source>GOWA version</source>
   <translation>GOWA version</translation>
  </message>
  <message>
   <source>GOWA was {signal}</source>
   <translation>GOWA was {signal}</translation>
  </message>
  <message>
   <source>GOWA {tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it.</source>
   <translation>GOWA {tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it.</translation>
  </message>
  <message>
   <source>GOWA {tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it.</source>
   <translation>GOWA {tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it.</translation>
  </message>
  <message>
   <source>GOWA {tag} cannot be removed: {strerror}.</source>
   <translation>GOWA {tag} cannot be removed: {strerror}.</translation>
  </message>
  <message>
   <source>GOWA {tag} has no {what}.</source>
   <translation>GOWA {tag} has no {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is available</source>
   <translation>GOWA {tag} is available</translation>
  </message>
  <message>
   <source>GOWA {tag} is installed{is_verified}.</source>
   <translation>GOWA {tag} is installed{is_verified}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed any more, so there is no way back but its snapshot.</source>
   <translation>GOWA {tag} is not installed any more, so there is no way back but its snapshot.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed.</source>
   <translation>GOWA {tag} is not installed.</translation>
  </message>
  <message>
   <source>GOWA {tag} is so new that its {what} is not there yet.</source>
   <translation>GOWA {tag} is so new that its {what} is not there yet.</translation>
  </message>
  <message>
   <source>GOWA {tag} is used by {names}.</source>
   <translation>GOWA {tag} is used by {names}.</translation>
  </message>
  <message>
   <source>GOWA {tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it.</source>
   <translation>GOWA {tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it.</translation>
  </message>
  <message>
   <source>GOWA {tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer.</source>
   <translation>GOWA {tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer.</translation>
  </message>
  <message>
   <source>GOWA {version} does not know it.</source>
   <translation>GOWA {version} does not know it.</translation>
  </message>
  <message>
   <source>GOWA's answer cannot be read.</source>
   <translation>GOWA's answer cannot be read.</translation>
  </message>
  <message>
   <source>GitHub token for the dashboard</source>
   <translation>GitHub token for the dashboard</translation>
  </message>
  <message>
   <source>Give it one.</source>
   <translation>Give it one.</translation>
  </message>
  <message>
   <source>Give the version as well, such as v9.2.0 (--tag v9.2.0).</source>
   <translation>Give the version as well, such as v9.2.0 (--tag v9.2.0).</translation>
  </message>
  <message>
   <source>Give the version, such as --tag v9.2.0.</source>
   <translation>Give the version, such as --tag v9.2.0.</translation>
  </message>
  <message>
   <source>Give them another version first, then remove it.</source>
   <translation>Give them another version first, then remove it.</translation>
  </message>
  <message>
   <source>Give this one another version, such as --tag v9.2.0+local.</source>
   <translation>Give this one another version, such as --tag v9.2.0+local.</translation>
  </message>
  <message>
   <source>Go back with: gowa-desktop update "{name}" --to {tag}. It keeps the pairing.</source>
   <translation>Go back with: gowa-desktop update "{name}" --to {tag}. It keeps the pairing.</translation>
  </message>
  <message>
   <source>Goes online for a short while regularly, so that WhatsApp does not unlink the device as inactive.</source>
   <translation>Goes online for a short while regularly, so that WhatsApp does not unlink the device as inactive.</translation>
  </message>
  <message>
   <source>How long the device stays online each time, such as 5m.</source>
   <translation>How long the device stays online each time, such as 5m.</translation>
  </message>
  <message>
   <source>How many days of history are copied.</source>
   <translation>How many days of history are copied.</translation>
  </message>
  <message>
   <source>How many requests may read or write chats at the same time.</source>
   <translation>How many requests may read or write chats at the same time.</translation>
  </message>
  <message>
   <source>How often a newer page is looked for, such as 3h.</source>
   <translation>How often a newer page is looked for, such as 3h.</translation>
  </message>
  <message>
   <source>How often presence is shown, as hours, minutes and seconds such as 24h or 90m.</source>
   <translation>How often presence is shown, as hours, minutes and seconds such as 24h or 90m.</translation>
  </message>
  <message>
   <source>How the inbox is called that GOWA creates.</source>
   <translation>How the inbox is called that GOWA creates.</translation>
  </message>
  <message>
   <source>If you trust it, {remedy}, or import this version again; then start the instance.</source>
   <translation>If you trust it, {remedy}, or import this version again; then start the instance.</translation>
  </message>
  <message>
   <source>Import earlier messages</source>
   <translation>Import earlier messages</translation>
  </message>
  <message>
   <source>Import it into the settings or set it aside, then start again.</source>
   <translation>Import it into the settings or set it aside, then start again.</translation>
  </message>
  <message>
   <source>Imported GOWA {tags}.</source>
   <translation>Imported GOWA {tags}.</translation>
  </message>
  <message>
   <source>Install GOWA {wanted}</source>
   <translation>Install GOWA {wanted}</translation>
  </message>
  <message>
   <source>Install it again to go on from there.</source>
   <translation>Install it again to go on from there.</translation>
  </message>
  <message>
   <source>Install or import it first, or choose one of {others}.</source>
   <translation>Install or import it first, or choose one of {others}.</translation>
  </message>
  <message>
   <source>Install or import it first; no version is installed yet.</source>
   <translation>Install or import it first; no version is installed yet.</translation>
  </message>
  <message>
   <source>Install or import one first, or choose the version simulator to try things out.</source>
   <translation>Install or import one first, or choose the version simulator to try things out.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop to import it.</source>
   <translation>Install the newer GOWA Desktop to import it.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.</source>
   <translation>Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.</translation>
  </message>
  <message>
   <source>It answers any web page (CORS is open): {what}.</source>
   <translation>It answers any web page (CORS is open): {what}.</translation>
  </message>
  <message>
   <source>It could not be stopped.</source>
   <translation>It could not be stopped.</translation>
  </message>
  <message>
   <source>It does not answer.</source>
   <translation>It does not answer.</translation>
  </message>
  <message>
   <source>It does not run.</source>
   <translation>It does not run.</translation>
  </message>
  <message>
   <source>It ended.</source>
   <translation>It ended.</translation>
  </message>
  <message>
   <source>It failed the last time it ran.</source>
   <translation>It failed the last time it ran.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It is tried again every {slow_retry_s} minutes.</source>
   <translation>It failed {failure_limit} times in {failure_window_s} minutes. It is tried again every {slow_retry_s} minutes.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It stays down until you start it.</source>
   <translation>It failed {failure_limit} times in {failure_window_s} minutes. It stays down until you start it.</translation>
  </message>
  <message>
   <source>It goes from the trash by itself after seven days.</source>
   <translation>It goes from the trash by itself after seven days.</translation>
  </message>
  <message>
   <source>It has the simulator, which is no GOWA and is not updated.</source>
   <translation>It has the simulator, which is no GOWA and is not updated.</translation>
  </message>
  <message>
   <source>It is not in the trash any more.</source>
   <translation>It is not in the trash any more.</translation>
  </message>
  <message>
   <source>It is stopped and stays so; it has not been started with this version yet.</source>
   <translation>It is stopped and stays so; it has not been started with this version yet.</translation>
  </message>
  <message>
   <source>It is tried again every few seconds; until then instances are only shown, and what runs goes on running.</source>
   <translation>It is tried again every few seconds; until then instances are only shown, and what runs goes on running.</translation>
  </message>
  <message>
   <source>It keeps what was deleted for 7 days.</source>
   <translation>It keeps what was deleted for 7 days.</translation>
  </message>
  <message>
   <source>It listens {where} and asks for no sign-in: anyone on your network can use it.</source>
   <translation>It listens {where} and asks for no sign-in: anyone on your network can use it.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile.</source>
   <translation>It may have been deleted meanwhile.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile; look at the list of templates.</source>
   <translation>It may have been deleted meanwhile; look at the list of templates.</translation>
  </message>
  <message>
   <source>It must have the same host and port as the public address for OAuth.</source>
   <translation>It must have the same host and port as the public address for OAuth.</translation>
  </message>
  <message>
   <source>It runs again.</source>
   <translation>It runs again.</translation>
  </message>
  <message>
   <source>It runs well with {to_tag}.</source>
   <translation>It runs well with {to_tag}.</translation>
  </message>
  <message>
   <source>It sets {names}, which GOWA would obey unasked.</source>
   <translation>It sets {names}, which GOWA would obey unasked.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>It was cancelled.</translation>
  </message>
  <message>
   <source>It was changed after this update was planned. Update it again.</source>
   <translation>It was changed after this update was planned. Update it again.</translation>
  </message>
  <message>
   <source>It was deleted after this update was planned.</source>
   <translation>It was deleted after this update was planned.</translation>
  </message>
  <message>
   <source>It was made anew from the records of {instances} instance{instances2}</source>
   <translation>It was made anew from the records of {instances} instance{instances2}</translation>
  </message>
  <message>
   <source>It was put back or deleted meanwhile.</source>
   <translation>It was put back or deleted meanwhile.</translation>
  </message>
  <message>
   <source>It was restored from the copy of {copied_at} {copied_at2}</source>
   <translation>It was restored from the copy of {copied_at} {copied_at2}</translation>
  </message>
  <message>
   <source>It was stopped as asked.</source>
   <translation>It was stopped as asked.</translation>
  </message>
  <message>
   <source>It was stopped before it could be compared with what it was.</source>
   <translation>It was stopped before it could be compared with what it was.</translation>
  </message>
  <message>
   <source>It was stopped before it was ready.</source>
   <translation>It was stopped before it was ready.</translation>
  </message>
  <message>
   <source>Its WhatsApp accounts could not be asked for before; only its health was watched.</source>
   <translation>Its WhatsApp accounts could not be asked for before; only its health was watched.</translation>
  </message>
  <message>
   <source>Its default holds.</source>
   <translation>Its default holds.</translation>
  </message>
  <message>
   <source>Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.</source>
   <translation>Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.</translation>
  </message>
  <message>
   <source>Its files arrive one after another. Try again in some minutes.</source>
   <translation>Its files arrive one after another. Try again in some minutes.</translation>
  </message>
  <message>
   <source>Its settings were changed meanwhile.</source>
   <translation>Its settings were changed meanwhile.</translation>
  </message>
  <message>
   <source>Its threads: {told}.</source>
   <translation>Its threads: {told}.</translation>
  </message>
  <message>
   <source>Its users were changed since it was started; restart it so that it knows the new ones.</source>
   <translation>Its users were changed since it was started; restart it so that it knows the new ones.</translation>
  </message>
  <message>
   <source>Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name.</source>
   <translation>Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name.</translation>
  </message>
  <message>
   <source>Keep chats</source>
   <translation>Keep chats</translation>
  </message>
  <message>
   <source>Keep read marks in step</source>
   <translation>Keep read marks in step</translation>
  </message>
  <message>
   <source>Kept, but without effect in this version: {unheard}.</source>
   <translation>Kept, but without effect in this version: {unheard}.</translation>
  </message>
  <message>
   <source>Leave it out, or choose a version that has it with --gowa.</source>
   <translation>Leave it out, or choose a version that has it with --gowa.</translation>
  </message>
  <message>
   <source>Leave it out, or move the instance to a version that has it: gowa-desktop update {name}</source>
   <translation>Leave it out, or move the instance to a version that has it: gowa-desktop update {name}</translation>
  </message>
  <message>
   <source>Leave out commas, semicolons and quotation marks.</source>
   <translation>Leave out commas, semicolons and quotation marks.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {not_carried}. Use --format json for them.</source>
   <translation>Left out because a .env cannot carry them: {not_carried}. Use --format json for them.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {secrets_left_out}. Add --with-secrets for them.</source>
   <translation>Left out because they hold secrets: {secrets_left_out}. Add --with-secrets for them.</translation>
  </message>
  <message>
   <source>Length of a pulse</source>
   <translation>Length of a pulse</translation>
  </message>
  <message>
   <source>Less than 10 MB</source>
   <translation>Less than 10 MB</translation>
  </message>
  <message>
   <source>Lets AI assistants use this instance at the address /mcp. Without a sign-in everybody who reaches the port may.</source>
   <translation>Lets AI assistants use this instance at the address /mcp. Without a sign-in everybody who reaches the port may.</translation>
  </message>
  <message>
   <source>Line {number} of the .env file cannot be read: {reason}.</source>
   <translation>Line {number} of the .env file cannot be read: {reason}.</translation>
  </message>
  <message>
   <source>Listen on</source>
   <translation>Listen on</translation>
  </message>
  <message>
   <source>Listen on this computer only</source>
   <translation>Listen on this computer only</translation>
  </message>
  <message>
   <source>Look at its log.</source>
   <translation>Look at its log.</translation>
  </message>
  <message>
   <source>Look at the folder.</source>
   <translation>Look at the folder.</translation>
  </message>
  <message>
   <source>Look at the list of available versions.</source>
   <translation>Look at the list of available versions.</translation>
  </message>
  <message>
   <source>Look at the list of instances for the names there are.</source>
   <translation>Look at the list of instances for the names there are.</translation>
  </message>
  <message>
   <source>Look at the list of instances.</source>
   <translation>Look at the list of instances.</translation>
  </message>
  <message>
   <source>Look at the list of templates for the names there are.</source>
   <translation>Look at the list of templates for the names there are.</translation>
  </message>
  <message>
   <source>Look at them and try again.</source>
   <translation>Look at them and try again.</translation>
  </message>
  <message>
   <source>Look for versions of GOWA</source>
   <translation>Look for versions of GOWA</translation>
  </message>
  <message>
   <source>Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.</source>
   <translation>Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.</translation>
  </message>
  <message>
   <source>Looking up the release</source>
   <translation>Looking up the release</translation>
  </message>
  <message>
   <source>MCP</source>
   <translation>MCP</translation>
  </message>
  <message>
   <source>MCP sign-ins</source>
   <translation>MCP sign-ins</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Made by hand</translation>
  </message>
  <message>
   <source>Make it readable for you and try again.</source>
   <translation>Make it readable for you and try again.</translation>
  </message>
  <message>
   <source>Make it writable for you and try again.</source>
   <translation>Make it writable for you and try again.</translation>
  </message>
  <message>
   <source>Make it writable for you, or choose another with --data-dir.</source>
   <translation>Make it writable for you, or choose another with --data-dir.</translation>
  </message>
  <message>
   <source>Make its folder writable for you and start again.</source>
   <translation>Make its folder writable for you and start again.</translation>
  </message>
  <message>
   <source>Make its folder writable for you, or choose another with --data-dir.</source>
   <translation>Make its folder writable for you, or choose another with --data-dir.</translation>
  </message>
  <message>
   <source>Make the folder above it writable for you and start again.</source>
   <translation>Make the folder above it writable for you and start again.</translation>
  </message>
  <message>
   <source>Make this rule for all.</source>
   <translation>Make this rule for all.</translation>
  </message>
  <message>
   <source>Mark messages as read</source>
   <translation>Mark messages as read</translation>
  </message>
  <message>
   <source>Marks every incoming message as read at once.</source>
   <translation>Marks every incoming message as read at once.</translation>
  </message>
  <message>
   <source>Media are kept for 1 to {longest_days} days.</source>
   <translation>Media are kept for 1 to {longest_days} days.</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Memory limit</translation>
  </message>
  <message>
   <source>Move it back by hand.</source>
   <translation>Move it back by hand.</translation>
  </message>
  <message>
   <source>Move or remove it by hand, then try again.</source>
   <translation>Move or remove it by hand, then try again.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Name a version of GOWA, such as v9.2.0.</source>
   <translation>Name a version of GOWA, such as v9.2.0.</translation>
  </message>
  <message>
   <source>Name a version, such as v9.2.0.</source>
   <translation>Name a version, such as v9.2.0.</translation>
  </message>
  <message>
   <source>Name an installed version, such as v9.2.0.</source>
   <translation>Name an installed version, such as v9.2.0.</translation>
  </message>
  <message>
   <source>Name of the created inbox</source>
   <translation>Name of the created inbox</translation>
  </message>
  <message>
   <source>Name one or more, or use --all.</source>
   <translation>Name one or more, or use --all.</translation>
  </message>
  <message>
   <source>Name one or more.</source>
   <translation>Name one or more.</translation>
  </message>
  <message>
   <source>Names of device slots and their own webhooks are lost; v7 and before use only the first account.</source>
   <translation>Names of device slots and their own webhooks are lost; v7 and before use only the first account.</translation>
  </message>
  <message>
   <source>New conversations wait as pending until somebody takes them.</source>
   <translation>New conversations wait as pending until somebody takes them.</translation>
  </message>
  <message>
   <source>New in this version</source>
   <translation>New in this version</translation>
  </message>
  <message>
   <source>No GOWA version is installed yet.</source>
   <translation>No GOWA version is installed yet.</translation>
  </message>
  <message>
   <source>No instance is named.</source>
   <translation>No instance is named.</translation>
  </message>
  <message>
   <source>No release of GOWA is known yet.</source>
   <translation>No release of GOWA is known yet.</translation>
  </message>
  <message>
   <source>Nobody can tell which version it had, so there is no way back but its snapshot.</source>
   <translation>Nobody can tell which version it had, so there is no way back but its snapshot.</translation>
  </message>
  <message>
   <source>Not begun, because {name} could not be updated.</source>
   <translation>Not begun, because {name} could not be updated.</translation>
  </message>
  <message>
   <source>Not copied because it belongs to one instance: {labels}.</source>
   <translation>Not copied because it belongs to one instance: {labels}.</translation>
  </message>
  <message>
   <source>Not copied because it holds secrets: {left}.</source>
   <translation>Not copied because it holds secrets: {left}.</translation>
  </message>
  <message>
   <source>Not everything in {path} could be deleted: {strerror}.</source>
   <translation>Not everything in {path} could be deleted: {strerror}.</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notes</translation>
  </message>
  <message>
   <source>Notes which instances run and asks them to stop.</source>
   <translation>Notes which instances run and asks them to stop.</translation>
  </message>
  <message>
   <source>Nothing is followed while GOWA Desktop is not running.</source>
   <translation>Nothing is followed while GOWA Desktop is not running.</translation>
  </message>
  <message>
   <source>Nothing of “{value}” is in the trash.</source>
   <translation>Nothing of “{value}” is in the trash.</translation>
  </message>
  <message>
   <source>Nothing was changed because of {names}. {reasons}</source>
   <translation>Nothing was changed because of {names}. {reasons}</translation>
  </message>
  <message>
   <source>Nothing was changed.</source>
   <translation>Nothing was changed.</translation>
  </message>
  <message>
   <source>Nothing was created because of {names}. GOWA {tag} does not know it.</source>
   <translation>Nothing was created because of {names}. GOWA {tag} does not know it.</translation>
  </message>
  <message>
   <source>Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.</source>
   <translation>Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.</translation>
  </message>
  <message>
   <source>Nothing was installed. Try again later.</source>
   <translation>Nothing was installed. Try again later.</translation>
  </message>
  <message>
   <source>OAuth database</source>
   <translation>OAuth database</translation>
  </message>
  <message>
   <source>OAuth needs the public https address of this instance.</source>
   <translation>OAuth needs the public https address of this instance.</translation>
  </message>
  <message>
   <source>Offers GOWA's own web page at the base URL. When off, that address answers with a short note.</source>
   <translation>Offers GOWA's own web page at the base URL. When off, that address answers with a short note.</translation>
  </message>
  <message>
   <source>Older versions</source>
   <translation>Older versions</translation>
  </message>
  <message>
   <source>Only a page with this SHA-256 is served, 64 hexadecimal digits. Leave it empty to accept any.</source>
   <translation>Only a page with this SHA-256 is served, 64 hexadecimal digits. Leave it empty to accept any.</translation>
  </message>
  <message>
   <source>Only these kinds of events are sent. An empty list sends all.</source>
   <translation>Only these kinds of events are sent. An empty list sends all.</translation>
  </message>
  <message>
   <source>Only {free} MB</source>
   <translation>Only {free} MB</translation>
  </message>
  <message>
   <source>Open GOWA versions to install it; your instances change only when you update them.</source>
   <translation>Open GOWA versions to install it; your instances change only when you update them.</translation>
  </message>
  <message>
   <source>Options are named as in the config, such as debug or webhooks.</source>
   <translation>Options are named as in the config, such as debug or webhooks.</translation>
  </message>
  <message>
   <source>Origins such as https://panel.example.com. An empty list or * lets any page in your browser call the API.</source>
   <translation>Origins such as https://panel.example.com. An empty list or * lets any page in your browser call the API.</translation>
  </message>
  <message>
   <source>Other computers cannot reach it then.</source>
   <translation>Other computers cannot reach it then.</translation>
  </message>
  <message>
   <source>Other processes work in its folder: {names}.</source>
   <translation>Other processes work in its folder: {names}.</translation>
  </message>
  <message>
   <source>Other processes work in the folder of {name}: {names}.</source>
   <translation>Other processes work in the folder of {name}: {names}.</translation>
  </message>
  <message>
   <source>Other web pages cannot call it then.</source>
   <translation>Other web pages cannot call it then.</translation>
  </message>
  <message>
   <source>Panic recovered</source>
   <translation>Panic recovered</translation>
  </message>
  <message>
   <source>Panic recovered in middleware</source>
   <translation>Panic recovered in middleware</translation>
  </message>
  <message>
   <source>Panic recovered in middleware: </source>
   <translation>Panic recovered in middleware: </translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Port</translation>
  </message>
  <message>
   <source>Port of the separate MCP server</source>
   <translation>Port of the separate MCP server</translation>
  </message>
  <message>
   <source>Port {next_free_port} is free.</source>
   <translation>Port {next_free_port} is free.</translation>
  </message>
  <message>
   <source>Port {port} belongs to the instance {name}.</source>
   <translation>Port {port} belongs to the instance {name}.</translation>
  </message>
  <message>
   <source>Port {port} is reserved by the system, which lets no program listen there.</source>
   <translation>Port {port} is reserved by the system, which lets no program listen there.</translation>
  </message>
  <message>
   <source>Port {port} is reserved for the system.</source>
   <translation>Port {port} is reserved for the system.</translation>
  </message>
  <message>
   <source>Port {port} is used by another program. Choose another port, or close that program.</source>
   <translation>Port {port} is used by another program. Choose another port, or close that program.</translation>
  </message>
  <message>
   <source>Port {port} is used by {who}.</source>
   <translation>Port {port} is used by {who}.</translation>
  </message>
  <message>
   <source>Português (Brasil)</source>
   <translation>Português (Brasil)</translation>
  </message>
  <message>
   <source>Presence after connecting</source>
   <translation>Presence after connecting</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Priority</translation>
  </message>
  <message>
   <source>Proxy for WhatsApp</source>
   <translation>Proxy for WhatsApp</translation>
  </message>
  <message>
   <source>Public address for OAuth</source>
   <translation>Public address for OAuth</translation>
  </message>
  <message>
   <source>Public address of MCP</source>
   <translation>Public address of MCP</translation>
  </message>
  <message>
   <source>Puts every address below this path, for use behind a reverse proxy. /health stays at the root.</source>
   <translation>Puts every address below this path, for use behind a reverse proxy. /health stays at the root.</translation>
  </message>
  <message>
   <source>Puts the agent's name before every reply from Chatwoot.</source>
   <translation>Puts the agent's name before every reply from Chatwoot.</translation>
  </message>
  <message>
   <source>QR context canceled</source>
   <translation>QR context canceled</translation>
  </message>
  <message>
   <source>Quit GOWA Desktop and start it again.</source>
   <translation>Quit GOWA Desktop and start it again.</translation>
  </message>
  <message>
   <source>Quit it and start it again.</source>
   <translation>Quit it and start it again.</translation>
  </message>
  <message>
   <source>Raises the limit of 60 downloads an hour. It needs no permissions.</source>
   <translation>Raises the limit of 60 downloads an hour. It needs no permissions.</translation>
  </message>
  <message>
   <source>Reject calls</source>
   <translation>Reject calls</translation>
  </message>
  <message>
   <source>Rejects incoming calls by itself.</source>
   <translation>Rejects incoming calls by itself.</translation>
  </message>
  <message>
   <source>Remove GOWA {tag}</source>
   <translation>Remove GOWA {tag}</translation>
  </message>
  <message>
   <source>Remove files or versions you do not need, and try again.</source>
   <translation>Remove files or versions you do not need, and try again.</translation>
  </message>
  <message>
   <source>Remove it, or have it removed, and start again.</source>
   <translation>Remove it, or have it removed, and start again.</translation>
  </message>
  <message>
   <source>Removed GOWA {tags}.</source>
   <translation>Removed GOWA {tags}.</translation>
  </message>
  <message>
   <source>Reopen resolved conversations</source>
   <translation>Reopen resolved conversations</translation>
  </message>
  <message>
   <source>Reset data of</source>
   <translation>Reset data of</translation>
  </message>
  <message>
   <source>Restart it to use the new version; your instances go on running meanwhile.</source>
   <translation>Restart it to use the new version; your instances go on running meanwhile.</translation>
  </message>
  <message>
   <source>Restart {name} to apply it: gowa-desktop restart {name2}</source>
   <translation>Restart {name} to apply it: gowa-desktop restart {name2}</translation>
  </message>
  <message>
   <source>Restore a snapshot, or reset the data of the instance.</source>
   <translation>Restore a snapshot, or reset the data of the instance.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy before changing the settings.</source>
   <translation>Restore gowa.db from a copy before changing the settings.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are.</source>
   <translation>Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are.</translation>
  </message>
  <message>
   <source>Restore the data of</source>
   <translation>Restore the data of</translation>
  </message>
  <message>
   <source>Restore the snapshot again, or restart GOWA Desktop.</source>
   <translation>Restore the snapshot again, or restart GOWA Desktop.</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer</source>
   <translation>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Save it anew from an instance.</translation>
  </message>
  <message>
   <source>Save received media</source>
   <translation>Save received media</translation>
  </message>
  <message>
   <source>Saved the settings of {name} as the template {name2}.</source>
   <translation>Saved the settings of {name} as the template {name2}.</translation>
  </message>
  <message>
   <source>Saved {name} as {id}.</source>
   <translation>Saved {name} as {id}.</translation>
  </message>
  <message>
   <source>Secret for calls from Chatwoot</source>
   <translation>Secret for calls from Chatwoot</translation>
  </message>
  <message>
   <source>See gowa-desktop --help.</source>
   <translation>See gowa-desktop --help.</translation>
  </message>
  <message>
   <source>See them with: gowa-desktop snapshots list NAME</source>
   <translation>See them with: gowa-desktop snapshots list NAME</translation>
  </message>
  <message>
   <source>See what there is with: gowa-desktop config show NAME</source>
   <translation>See what there is with: gowa-desktop config show NAME</translation>
  </message>
  <message>
   <source>Send media through the web interface</source>
   <translation>Send media through the web interface</translation>
  </message>
  <message>
   <source>Send own messages to webhooks</source>
   <translation>Send own messages to webhooks</translation>
  </message>
  <message>
   <source>Serve MCP</source>
   <translation>Serve MCP</translation>
  </message>
  <message>
   <source>Serve the dashboard</source>
   <translation>Serve the dashboard</translation>
  </message>
  <message>
   <source>Set XDG_RUNTIME_DIR to a folder of yours.</source>
   <translation>Set XDG_RUNTIME_DIR to a folder of yours.</translation>
  </message>
  <message>
   <source>Set an http proxy in the settings.</source>
   <translation>Set an http proxy in the settings.</translation>
  </message>
  <message>
   <source>Set the other options with a command of their own.</source>
   <translation>Set the other options with a command of their own.</translation>
  </message>
  <message>
   <source>Shorten its arguments.</source>
   <translation>Shorten its arguments.</translation>
  </message>
  <message>
   <source>Shorten them to {longest_notes}.</source>
   <translation>Shorten them to {longest_notes}.</translation>
  </message>
  <message>
   <source>Show presence now and then</source>
   <translation>Show presence now and then</translation>
  </message>
  <message>
   <source>Shows conversations in a Chatwoot inbox and sends the answers written there.</source>
   <translation>Shows conversations in a Chatwoot inbox and sends the answers written there.</translation>
  </message>
  <message>
   <source>Sign in to MCP with OAuth</source>
   <translation>Sign in to MCP with OAuth</translation>
  </message>
  <message>
   <source>Sign replies</source>
   <translation>Sign replies</translation>
  </message>
  <message>
   <source>Sign-ins</source>
   <translation>Sign-ins</translation>
  </message>
  <message>
   <source>Snapshots in {folder} cannot be read or written: {strerror}.</source>
   <translation>Snapshots in {folder} cannot be read or written: {strerror}.</translation>
  </message>
  <message>
   <source>Some messages could not be decrypted. If that goes on, pair the device again.</source>
   <translation>Some messages could not be decrypted. If that goes on, pair the device again.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Something unexpected went wrong: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {name}.</source>
   <translation>Something unexpected went wrong: {name}.</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop ({name}).</source>
   <translation>Something went wrong inside GOWA Desktop ({name}).</translation>
  </message>
  <message>
   <source>Stand-in text for missing media</source>
   <translation>Stand-in text for missing media</translation>
  </message>
  <message>
   <source>Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file.</source>
   <translation>Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file.</translation>
  </message>
  <message>
   <source>Start GOWA Desktop once with this data folder; it keeps a copy of the old database.</source>
   <translation>Start GOWA Desktop once with this data folder; it keeps a copy of the old database.</translation>
  </message>
  <message>
   <source>Start it again and see what became of the command with: gowa-desktop list</source>
   <translation>Start it again and see what became of the command with: gowa-desktop list</translation>
  </message>
  <message>
   <source>Start it again when you want it.</source>
   <translation>Start it again when you want it.</translation>
  </message>
  <message>
   <source>Start it and try again.</source>
   <translation>Start it and try again.</translation>
  </message>
  <message>
   <source>Start it with a letter or a digit.</source>
   <translation>Start it with a letter or a digit.</translation>
  </message>
  <message>
   <source>Start it, or leave --follow out.</source>
   <translation>Start it, or leave --follow out.</translation>
  </message>
  <message>
   <source>Start it, with a window or with --no-window, and try again.</source>
   <translation>Start it, with a window or with --no-window, and try again.</translation>
  </message>
  <message>
   <source>Start the instance again.</source>
   <translation>Start the instance again.</translation>
  </message>
  <message>
   <source>Starting and stopping goes on and is saved when it is free; other changes have to wait.</source>
   <translation>Starting and stopping goes on and is saved when it is free; other changes have to wait.</translation>
  </message>
  <message>
   <source>Still running although it was ended by force: {names}. End it in the system's task list.</source>
   <translation>Still running although it was ended by force: {names}. End it in the system's task list.</translation>
  </message>
  <message>
   <source>Storage</source>
   <translation>Storage</translation>
  </message>
  <message>
   <source>Stores messages so that they can be replied to. Newer versions always do.</source>
   <translation>Stores messages so that they can be replied to. Newer versions always do.</translation>
  </message>
  <message>
   <source>Stores photos, videos and files of messages on this disk. GOWA never removes them and keeps images twice.</source>
   <translation>Stores photos, videos and files of messages on this disk. GOWA never removes them and keeps images twice.</translation>
  </message>
  <message>
   <source>TEXT DEFAULT 'latest'</source>
   <translation>TEXT DEFAULT 'latest'</translation>
  </message>
  <message>
   <source>TEXT DEFAULT 'stopped'</source>
   <translation>TEXT DEFAULT 'stopped'</translation>
  </message>
  <message>
   <source>TEXT DEFAULT '{}'</source>
   <translation>TEXT DEFAULT '{}'</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tags</translation>
  </message>
  <message>
   <source>Take one away first.</source>
   <translation>Take one away first.</translation>
  </message>
  <message>
   <source>Tell about deleted messages</source>
   <translation>Tell about deleted messages</translation>
  </message>
  <message>
   <source>Tell about edited messages</source>
   <translation>Tell about edited messages</translation>
  </message>
  <message>
   <source>The GitHub repository, as owner/name, that the page comes from. Its code runs in your browser with your sign-in.</source>
   <translation>The GitHub repository, as owner/name, that the page comes from. Its code runs in your browser with your sign-in.</translation>
  </message>
  <message>
   <source>The SQLite file for clients and tokens, as file:path below the instance folder.</source>
   <translation>The SQLite file for clients and tokens, as file:path below the instance folder.</translation>
  </message>
  <message>
   <source>The address cannot have a user, password, query or fragment.</source>
   <translation>The address cannot have a user, password, query or fragment.</translation>
  </message>
  <message>
   <source>The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.</source>
   <translation>The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.</translation>
  </message>
  <message>
   <source>The address must start with https://.</source>
   <translation>The address must start with https://.</translation>
  </message>
  <message>
   <source>The address of the Chatwoot server, such as https://chat.example.com.</source>
   <translation>The address of the Chatwoot server, such as https://chat.example.com.</translation>
  </message>
  <message>
   <source>The answer of the release server cannot be read.</source>
   <translation>The answer of the release server cannot be read.</translation>
  </message>
  <message>
   <source>The answer of the release server is no list of releases.</source>
   <translation>The answer of the release server is no list of releases.</translation>
  </message>
  <message>
   <source>The answer of the release server is no release.</source>
   <translation>The answer of the release server is no release.</translation>
  </message>
  <message>
   <source>The answer of {host} cannot be read.</source>
   <translation>The answer of {host} cannot be read.</translation>
  </message>
  <message>
   <source>The argument is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>The argument is longer than {max_characters} characters, which not every system can pass on.</translation>
  </message>
  <message>
   <source>The argument is no text.</source>
   <translation>The argument is no text.</translation>
  </message>
  <message>
   <source>The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.</source>
   <translation>The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.</translation>
  </message>
  <message>
   <source>The chat store in {folder} cannot be moved: {strerror}.</source>
   <translation>The chat store in {folder} cannot be moved: {strerror}.</translation>
  </message>
  <message>
   <source>The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew.</source>
   <translation>The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew.</translation>
  </message>
  <message>
   <source>The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside.</source>
   <translation>The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside.</translation>
  </message>
  <message>
   <source>The chats and messages of before the update to v8 or later, which were kept aside, come back.</source>
   <translation>The chats and messages of before the update to v8 or later, which were kept aside, come back.</translation>
  </message>
  <message>
   <source>The chats and messages of the newer version do not appear in the older one. Their file is kept aside.</source>
   <translation>The chats and messages of the newer version do not appear in the older one. Their file is kept aside.</translation>
  </message>
  <message>
   <source>The checksums cannot be read.</source>
   <translation>The checksums cannot be read.</translation>
  </message>
  <message>
   <source>The clean-up did not tell what it did.</source>
   <translation>The clean-up did not tell what it did.</translation>
  </message>
  <message>
   <source>The command comes from another version of GOWA Desktop than the one that is running.</source>
   <translation>The command comes from another version of GOWA Desktop than the one that is running.</translation>
  </message>
  <message>
   <source>The command failed.</source>
   <translation>The command failed.</translation>
  </message>
  <message>
   <source>The command has no verb.</source>
   <translation>The command has no verb.</translation>
  </message>
  <message>
   <source>The command is too long to send.</source>
   <translation>The command is too long to send.</translation>
  </message>
  <message>
   <source>The command is too long.</source>
   <translation>The command is too long.</translation>
  </message>
  <message>
   <source>The command socket {name} cannot be opened: {server}.</source>
   <translation>The command socket {name} cannot be opened: {server}.</translation>
  </message>
  <message>
   <source>The command “{verb}” needs the text “{key}”.</source>
   <translation>The command “{verb}” needs the text “{key}”.</translation>
  </message>
  <message>
   <source>The connection ended before the file did.</source>
   <translation>The connection ended before the file did.</translation>
  </message>
  <message>
   <source>The connection to WhatsApp goes through this address: http://, https:// or socks5://, with user and password if needed.</source>
   <translation>The connection to WhatsApp goes through this address: http://, https:// or socks5://, with user and password if needed.</translation>
  </message>
  <message>
   <source>The connection to {host} was lost.</source>
   <translation>The connection to {host} was lost.</translation>
  </message>
  <message>
   <source>The connection to {url} was lost.</source>
   <translation>The connection to {url} was lost.</translation>
  </message>
  <message>
   <source>The dashboard of an instance could not be copied for the others</source>
   <translation>The dashboard of an instance could not be copied for the others</translation>
  </message>
  <message>
   <source>The dashboard that was downloaded is not the one its release describes.</source>
   <translation>The dashboard that was downloaded is not the one its release describes.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {error}.</source>
   <translation>The data folder {root} cannot be made: {error}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {strerror}.</source>
   <translation>The data folder {root} cannot be made: {strerror}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be {what}: {reason}.</source>
   <translation>The data folder {root} cannot be {what}: {reason}.</translation>
  </message>
  <message>
   <source>The data folder {root} is a file.</source>
   <translation>The data folder {root} is a file.</translation>
  </message>
  <message>
   <source>The data folder {root} is not there.</source>
   <translation>The data folder {root} is not there.</translation>
  </message>
  <message>
   <source>The data of {name} is in the trash; its settings stay.</source>
   <translation>The data of {name} is in the trash; its settings stay.</translation>
  </message>
  <message>
   <source>The data of {name} is put back.</source>
   <translation>The data of {name} is put back.</translation>
  </message>
  <message>
   <source>The database of the {word} is on a server and has to be saved there.</source>
   <translation>The database of the {word} is on a server and has to be saved there.</translation>
  </message>
  <message>
   <source>The database of the {word} lies outside the instance folder.</source>
   <translation>The database of the {word} lies outside the instance folder.</translation>
  </message>
  <message>
   <source>The database was {what}. {how}{kept}.</source>
   <translation>The database was {what}. {how}{kept}.</translation>
  </message>
  <message>
   <source>The database {database} has gone or was replaced, so the change could not be saved.</source>
   <translation>The database {database} has gone or was replaced, so the change could not be saved.</translation>
  </message>
  <message>
   <source>The database {database} has gone.</source>
   <translation>The database {database} has gone.</translation>
  </message>
  <message>
   <source>The database {folder} is damaged.</source>
   <translation>The database {folder} is damaged.</translation>
  </message>
  <message>
   <source>The database {path} cannot be written.</source>
   <translation>The database {path} cannot be written.</translation>
  </message>
  <message>
   <source>The database {path} comes from another version and has not been converted yet.</source>
   <translation>The database {path} comes from another version and has not been converted yet.</translation>
  </message>
  <message>
   <source>The database {path} could not be used: {error}.</source>
   <translation>The database {path} could not be used: {error}.</translation>
  </message>
  <message>
   <source>The database {path} is damaged.</source>
   <translation>The database {path} is damaged.</translation>
  </message>
  <message>
   <source>The database {path} is in use by another program.</source>
   <translation>The database {path} is in use by another program.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}, so the change could not be saved.</source>
   <translation>The database {path} is in use by {holder}, so the change could not be saved.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}.</source>
   <translation>The database {path} is in use by {holder}.</translation>
  </message>
  <message>
   <source>The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {schema_version}).</source>
   <translation>The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {schema_version}).</translation>
  </message>
  <message>
   <source>The details are in gowa-desktop.log in its data folder.</source>
   <translation>The details are in gowa-desktop.log in its data folder.</translation>
  </message>
  <message>
   <source>The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.</source>
   <translation>The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.</translation>
  </message>
  <message>
   <source>The device was unlinked on the phone. Pair it again.</source>
   <translation>The device was unlinked on the phone. Pair it again.</translation>
  </message>
  <message>
   <source>The disk is full, so the change could not be saved.</source>
   <translation>The disk is full, so the change could not be saved.</translation>
  </message>
  <message>
   <source>The disk is full. Free some space and start it again.</source>
   <translation>The disk is full. Free some space and start it again.</translation>
  </message>
  <message>
   <source>The disk is the same for all instances.</source>
   <translation>The disk is the same for all instances.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} does not answer.</source>
   <translation>The disk of the data folder {root} does not answer.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} is full.</source>
   <translation>The disk of the data folder {root} is full.</translation>
  </message>
  <message>
   <source>The download cannot be written: {strerror}.</source>
   <translation>The download cannot be written: {strerror}.</translation>
  </message>
  <message>
   <source>The download could not go on where it was cut.</source>
   <translation>The download could not go on where it was cut.</translation>
  </message>
  <message>
   <source>The entry contains a comma, at which GOWA would cut it in two.{advice}</source>
   <translation>The entry contains a comma, at which GOWA would cut it in two.{advice}</translation>
  </message>
  <message>
   <source>The entry has a space at its ends, which GOWA would keep.</source>
   <translation>The entry has a space at its ends, which GOWA would keep.</translation>
  </message>
  <message>
   <source>The entry is empty. Write something or remove the row.</source>
   <translation>The entry is empty. Write something or remove the row.</translation>
  </message>
  <message>
   <source>The exact name of the file in a release of that repository.</source>
   <translation>The exact name of the file in a release of that repository.</translation>
  </message>
  <message>
   <source>The extra arguments are no list.</source>
   <translation>The extra arguments are no list.</translation>
  </message>
  <message>
   <source>The extra environment is no list of names and values.</source>
   <translation>The extra environment is no list of names and values.</translation>
  </message>
  <message>
   <source>The file cannot be read as JSON{place}.</source>
   <translation>The file cannot be read as JSON{place}.</translation>
  </message>
  <message>
   <source>The file cannot be read.</source>
   <translation>The file cannot be read.</translation>
  </message>
  <message>
   <source>The file holds no settings of an instance.</source>
   <translation>The file holds no settings of an instance.</translation>
  </message>
  <message>
   <source>The file name {name} does not say which version it is.</source>
   <translation>The file name {name} does not say which version it is.</translation>
  </message>
  <message>
   <source>The file of GOWA {tag} is far too large to be GOWA.</source>
   <translation>The file of GOWA {tag} is far too large to be GOWA.</translation>
  </message>
  <message>
   <source>The file was written by a newer GOWA Desktop.</source>
   <translation>The file was written by a newer GOWA Desktop.</translation>
  </message>
  <message>
   <source>The file {path} cannot be moved aside: {strerror}.</source>
   <translation>The file {path} cannot be moved aside: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be read: {strerror}.</source>
   <translation>The file {path} cannot be read: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be written: {strerror}.</source>
   <translation>The file {path} cannot be written: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} is no text.</source>
   <translation>The file {path} is no text.</translation>
  </message>
  <message>
   <source>The file {path} is too large to hold settings.</source>
   <translation>The file {path} is too large to hold settings.</translation>
  </message>
  <message>
   <source>The file {target} cannot be written: {strerror}.</source>
   <translation>The file {target} cannot be written: {strerror}.</translation>
  </message>
  <message>
   <source>The folder of {name} holds {value}; the limit is {limit}. Clean up its media.</source>
   <translation>The folder of {name} holds {value}; the limit is {limit}. Clean up its media.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket belongs to someone else.</source>
   <translation>The folder {folder} for the command socket belongs to someone else.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket cannot be used: {error}.</source>
   <translation>The folder {folder} for the command socket cannot be used: {error}.</translation>
  </message>
  <message>
   <source>The https address under which this instance is reached from outside.</source>
   <translation>The https address under which this instance is reached from outside.</translation>
  </message>
  <message>
   <source>The inbox that conversations go to. It may stay 0 when the inbox is created by itself.</source>
   <translation>The inbox that conversations go to. It may stay 0 when the inbox is created by itself.</translation>
  </message>
  <message>
   <source>The instance data stayed in {trashed}: {strerror}.</source>
   <translation>The instance data stayed in {trashed}: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder cannot be written. Check its permissions.</source>
   <translation>The instance folder cannot be written. Check its permissions.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be moved to the trash: {strerror}.</source>
   <translation>The instance folder {folder} cannot be moved to the trash: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be used: {strerror}.</source>
   <translation>The instance folder {folder} cannot be used: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written.</source>
   <translation>The instance folder {folder} cannot be written.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written: {strerror}.</source>
   <translation>The instance folder {folder} cannot be written: {strerror}.</translation>
  </message>
  <message>
   <source>The instance has no port.</source>
   <translation>The instance has no port.</translation>
  </message>
  <message>
   <source>The journal of updates in {folder} cannot be written: {folder2}.</source>
   <translation>The journal of updates in {folder} cannot be written: {folder2}.</translation>
  </message>
  <message>
   <source>The key of the signature each call carries, so that the receiver can tell that it comes from this instance.</source>
   <translation>The key of the signature each call carries, so that the receiver can tell that it comes from this instance.</translation>
  </message>
  <message>
   <source>The link leads to no instance.</source>
   <translation>The link leads to no instance.</translation>
  </message>
  <message>
   <source>The list is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>The list is longer than {max_characters} characters, which not every system can pass on.</translation>
  </message>
  <message>
   <source>The list of versions cannot be kept: {strerror}.</source>
   <translation>The list of versions cannot be kept: {strerror}.</translation>
  </message>
  <message>
   <source>The log file {path} cannot be written: {strerror}.</source>
   <translation>The log file {path} cannot be written: {strerror}.</translation>
  </message>
  <message>
   <source>The message is no JSON object.</source>
   <translation>The message is no JSON object.</translation>
  </message>
  <message>
   <source>The message is no JSON.</source>
   <translation>The message is no JSON.</translation>
  </message>
  <message>
   <source>The name has {cleaned} characters; {max_name_length} is the most.</source>
   <translation>The name has {cleaned} characters; {max_name_length} is the most.</translation>
  </message>
  <message>
   <source>The name is empty.</source>
   <translation>The name is empty.</translation>
  </message>
  <message>
   <source>The name of this linked device on the phone; GOWA adds its version. It takes effect at the next pairing.</source>
   <translation>The name of this linked device on the phone; GOWA adds its version. It takes effect at the next pairing.</translation>
  </message>
  <message>
   <source>The name simulator belongs to the built-in stand-in.</source>
   <translation>The name simulator belongs to the built-in stand-in.</translation>
  </message>
  <message>
   <source>The newest dashboard release has no page with a checksum.</source>
   <translation>The newest dashboard release has no page with a checksum.</translation>
  </message>
  <message>
   <source>The newest good copy and what each instance knows of itself take its place; what runs goes on running.</source>
   <translation>The newest good copy and what each instance knows of itself take its place; what runs goes on running.</translation>
  </message>
  <message>
   <source>The notes have {text} characters.</source>
   <translation>The notes have {text} characters.</translation>
  </message>
  <message>
   <source>The number behind /accounts/ in Chatwoot's own addresses.</source>
   <translation>The number behind /accounts/ in Chatwoot's own addresses.</translation>
  </message>
  <message>
   <source>The number of lines must be 1 or more.</source>
   <translation>The number of lines must be 1 or more.</translation>
  </message>
  <message>
   <source>The pairing of {lost} is missing.</source>
   <translation>The pairing of {lost} is missing.</translation>
  </message>
  <message>
   <source>The pairing with the phone, if WhatsApp still accepts the older version.</source>
   <translation>The pairing with the phone, if WhatsApp still accepts the older version.</translation>
  </message>
  <message>
   <source>The pairing with the phone: nothing has to be scanned again.</source>
   <translation>The pairing with the phone: nothing has to be scanned again.</translation>
  </message>
  <message>
   <source>The pairing, all chats and messages, and all settings.</source>
   <translation>The pairing, all chats and messages, and all settings.</translation>
  </message>
  <message>
   <source>The port is set by itself.</source>
   <translation>The port is set by itself.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself, not among its options.</source>
   <translation>The port is set for the instance itself, not among its options.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself.</source>
   <translation>The port is set for the instance itself.</translation>
  </message>
  <message>
   <source>The port this instance answers on. It belongs to the instance and is changed there.</source>
   <translation>The port this instance answers on. It belongs to the instance and is changed there.</translation>
  </message>
  <message>
   <source>The port: it belongs to the instance and stays as it is.</source>
   <translation>The port: it belongs to the instance and stays as it is.</translation>
  </message>
  <message>
   <source>The program cannot be run here: {strerror}.</source>
   <translation>The program cannot be run here: {strerror}.</translation>
  </message>
  <message>
   <source>The program did not answer when asked for its help.</source>
   <translation>The program did not answer when asked for its help.</translation>
  </message>
  <message>
   <source>The program ended before its turn; it is as it was.</source>
   <translation>The program ended before its turn; it is as it was.</translation>
  </message>
  <message>
   <source>The program ended while it was being updated.</source>
   <translation>The program ended while it was being updated.</translation>
  </message>
  <message>
   <source>The program inside the file is too large to be GOWA.</source>
   <translation>The program inside the file is too large to be GOWA.</translation>
  </message>
  <message>
   <source>The program inside {name} is a link or too large.</source>
   <translation>The program inside {name} is a link or too large.</translation>
  </message>
  <message>
   <source>The program of GOWA cannot run, because {reason}: {program}.</source>
   <translation>The program of GOWA cannot run, because {reason}: {program}.</translation>
  </message>
  <message>
   <source>The program of GOWA {tag} has disappeared from {folder}.</source>
   <translation>The program of GOWA {tag} has disappeared from {folder}.</translation>
  </message>
  <message>
   <source>The program runs but is not GOWA, or not this version of it.</source>
   <translation>The program runs but is not GOWA, or not this version of it.</translation>
  </message>
  <message>
   <source>The program was taken away while it was being installed, most likely by a virus scanner ({name}).</source>
   <translation>The program was taken away while it was being installed, most likely by a virus scanner ({name}).</translation>
  </message>
  <message>
   <source>The proxy refuses the connection.</source>
   <translation>The proxy refuses the connection.</translation>
  </message>
  <message>
   <source>The proxy that is set for this computer is of a kind that does not work here.</source>
   <translation>The proxy that is set for this computer is of a kind that does not work here.</translation>
  </message>
  <message>
   <source>The proxy was not used. Check its address: http, https or socks5.</source>
   <translation>The proxy was not used. Check its address: http, https or socks5.</translation>
  </message>
  <message>
   <source>The public address of this instance with /chatwoot/webhook, which is registered with the created inbox.</source>
   <translation>The public address of this instance with /chatwoot/webhook, which is registered with the created inbox.</translation>
  </message>
  <message>
   <source>The record of the instance cannot be written to {path}: {strerror}.</source>
   <translation>The record of the instance cannot be written to {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The record of the running process cannot be written to {path}: {strerror}.</source>
   <translation>The record of the running process cannot be written to {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The server sent more than the release says.</source>
   <translation>The server sent more than the release says.</translation>
  </message>
  <message>
   <source>The settings of {name} are those with which it last ran well.</source>
   <translation>The settings of {name} are those with which it last ran well.</translation>
  </message>
  <message>
   <source>The settings together are too large for a process to be started with. Shorten the longest lists.</source>
   <translation>The settings together are too large for a process to be started with. Shorten the longest lists.</translation>
  </message>
  <message>
   <source>The settings under “flags” are no JSON object.</source>
   <translation>The settings under “flags” are no JSON object.</translation>
  </message>
  <message>
   <source>The sign-in has no {word}.</source>
   <translation>The sign-in has no {word}.</translation>
  </message>
  <message>
   <source>The sign-ins are no list.</source>
   <translation>The sign-ins are no list.</translation>
  </message>
  <message>
   <source>The simulator is built in and needs no installation.</source>
   <translation>The simulator is built in and needs no installation.</translation>
  </message>
  <message>
   <source>The simulator is no version to update to.</source>
   <translation>The simulator is no version to update to.</translation>
  </message>
  <message>
   <source>The snapshot file {copy} is damaged.</source>
   <translation>The snapshot file {copy} is damaged.</translation>
  </message>
  <message>
   <source>The snapshot {id} is deleted.</source>
   <translation>The snapshot {id} is deleted.</translation>
  </message>
  <message>
   <source>The snapshot {id} is gone.</source>
   <translation>The snapshot {id} is gone.</translation>
  </message>
  <message>
   <source>The snapshot {name} is damaged.</source>
   <translation>The snapshot {name} is damaged.</translation>
  </message>
  <message>
   <source>The stored settings are no JSON object.</source>
   <translation>The stored settings are no JSON object.</translation>
  </message>
  <message>
   <source>The stored settings cannot be read{place}.</source>
   <translation>The stored settings cannot be read{place}.</translation>
  </message>
  <message>
   <source>The switched-off webhooks are no list of addresses.</source>
   <translation>The switched-off webhooks are no list of addresses.</translation>
  </message>
  <message>
   <source>The system does not accept the file as a program (exec format error).</source>
   <translation>The system does not accept the file as a program (exec format error).</translation>
  </message>
  <message>
   <source>The system does not allow listening on port {port}. Choose another port.</source>
   <translation>The system does not allow listening on port {port}. Choose another port.</translation>
  </message>
  <message>
   <source>The system does not let programs run from {parent}.</source>
   <translation>The system does not let programs run from {parent}.</translation>
  </message>
  <message>
   <source>The tag “{longest_tag}…” is too long.</source>
   <translation>The tag “{longest_tag}…” is too long.</translation>
  </message>
  <message>
   <source>The template is named {name} now.</source>
   <translation>The template is named {name} now.</translation>
  </message>
  <message>
   <source>The template {name} cannot be read.</source>
   <translation>The template {name} cannot be read.</translation>
  </message>
  <message>
   <source>The text between the agent's name and the reply, usually line breaks.</source>
   <translation>The text between the agent's name and the reply, usually line breaks.</translation>
  </message>
  <message>
   <source>The text is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>The text is longer than {max_characters} characters, which not every system can pass on.</translation>
  </message>
  <message>
   <source>The text to look for is too long.</source>
   <translation>The text to look for is too long.</translation>
  </message>
  <message>
   <source>The time must be {minimum_s} s or longer.</source>
   <translation>The time must be {minimum_s} s or longer.</translation>
  </message>
  <message>
   <source>The token has characters that no token has.</source>
   <translation>The token has characters that no token has.</translation>
  </message>
  <message>
   <source>The update left no report.</source>
   <translation>The update left no report.</translation>
  </message>
  <message>
   <source>The update was called off before its turn.</source>
   <translation>The update was called off before its turn.</translation>
  </message>
  <message>
   <source>The update was called off.</source>
   <translation>The update was called off.</translation>
  </message>
  <message>
   <source>The update was called off. {sentence}</source>
   <translation>The update was called off. {sentence}</translation>
  </message>
  <message>
   <source>The value contains a NUL character.</source>
   <translation>The value contains a NUL character.</translation>
  </message>
  <message>
   <source>The value contains a character that is no text (half of a surrogate pair).</source>
   <translation>The value contains a character that is no text (half of a surrogate pair).</translation>
  </message>
  <message>
   <source>The value contains a line break or another control character.</source>
   <translation>The value contains a line break or another control character.</translation>
  </message>
  <message>
   <source>The value is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>The value is longer than {max_characters} characters, which not every system can pass on.</translation>
  </message>
  <message>
   <source>The value is neither true nor false.</source>
   <translation>The value is neither true nor false.</translation>
  </message>
  <message>
   <source>The value is no list.</source>
   <translation>The value is no list.</translation>
  </message>
  <message>
   <source>The value is no text.</source>
   <translation>The value is no text.</translation>
  </message>
  <message>
   <source>The value is no whole number.</source>
   <translation>The value is no whole number.</translation>
  </message>
  <message>
   <source>The value must be {maximum} or less.</source>
   <translation>The value must be {maximum} or less.</translation>
  </message>
  <message>
   <source>The value must be {minimum} or more.</source>
   <translation>The value must be {minimum} or more.</translation>
  </message>
  <message>
   <source>The version cannot be installed into {folder}: {strerror}.</source>
   <translation>The version cannot be installed into {folder}: {strerror}.</translation>
  </message>
  <message>
   <source>The version {tag} cannot be removed.</source>
   <translation>The version {tag} cannot be removed.</translation>
  </message>
  <message>
   <source>The web page could not be updated from the internet. The API works without it.</source>
   <translation>The web page could not be updated from the internet. The API works without it.</translation>
  </message>
  <message>
   <source>The zip file {name} is damaged.</source>
   <translation>The zip file {name} is damaged.</translation>
  </message>
  <message>
   <source>The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space.</source>
   <translation>The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space.</translation>
  </message>
  <message>
   <source>The {word} contains a line break or another control character.</source>
   <translation>The {word} contains a line break or another control character.</translation>
  </message>
  <message>
   <source>The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter.</source>
   <translation>The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter.</translation>
  </message>
  <message>
   <source>The {word} is longer than {max_sign_in_characters} characters.</source>
   <translation>The {word} is longer than {max_sign_in_characters} characters.</translation>
  </message>
  <message>
   <source>There are no instances. Create one with: gowa-desktop create NAME</source>
   <translation>There are no instances. Create one with: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are {most_searches} saved searches already.</source>
   <translation>There are {most_searches} saved searches already.</translation>
  </message>
  <message>
   <source>There is a quotation mark at the end, which GOWA would cut off.</source>
   <translation>There is a quotation mark at the end, which GOWA would cut off.</translation>
  </message>
  <message>
   <source>There is a space at the beginning or the end.</source>
   <translation>There is a space at the beginning or the end.</translation>
  </message>
  <message>
   <source>There is already a file {path}.</source>
   <translation>There is already a file {path}.</translation>
  </message>
  <message>
   <source>There is already a template named {cleaned}.</source>
   <translation>There is already a template named {cleaned}.</translation>
  </message>
  <message>
   <source>There is already a template named {name}.</source>
   <translation>There is already a template named {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {name}.</source>
   <translation>There is already an instance named {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {other}.</source>
   <translation>There is already an instance named {other}.</translation>
  </message>
  <message>
   <source>There is no .env in the instance folder any more.</source>
   <translation>There is no .env in the instance folder any more.</translation>
  </message>
  <message>
   <source>There is no command “{verb}”.</source>
   <translation>There is no command “{verb}”.</translation>
  </message>
  <message>
   <source>There is no database in {root}, although there was one.</source>
   <translation>There is no database in {root}, although there was one.</translation>
  </message>
  <message>
   <source>There is no file {source}.</source>
   <translation>There is no file {source}.</translation>
  </message>
  <message>
   <source>There is no folder for the command socket.</source>
   <translation>There is no folder for the command socket.</translation>
  </message>
  <message>
   <source>There is no format “{wanted}”.</source>
   <translation>There is no format “{wanted}”.</translation>
  </message>
  <message>
   <source>There is no instance named “{name_or_key}”.</source>
   <translation>There is no instance named “{name_or_key}”.</translation>
  </message>
  <message>
   <source>There is no instance with the id {instance_id}.</source>
   <translation>There is no instance with the id {instance_id}.</translation>
  </message>
  <message>
   <source>There is no level “{word}”.</source>
   <translation>There is no level “{word}”.</translation>
  </message>
  <message>
   <source>There is no option named “{strip}”.</source>
   <translation>There is no option named “{strip}”.</translation>
  </message>
  <message>
   <source>There is no option named “{value}”.</source>
   <translation>There is no option named “{value}”.</translation>
  </message>
  <message>
   <source>There is no registry on this system.</source>
   <translation>There is no registry on this system.</translation>
  </message>
  <message>
   <source>There is no release {tag} of GOWA.</source>
   <translation>There is no release {tag} of GOWA.</translation>
  </message>
  <message>
   <source>There is no room for a snapshot: it needs {needed} and {free} are free.</source>
   <translation>There is no room for a snapshot: it needs {needed} and {free} are free.</translation>
  </message>
  <message>
   <source>There is no snapshot {name}.</source>
   <translation>There is no snapshot {name}.</translation>
  </message>
  <message>
   <source>There is no template named “{value}”.</source>
   <translation>There is no template named “{value}”.</translation>
  </message>
  <message>
   <source>There is not enough room on the disk of {folder}{figures}.</source>
   <translation>There is not enough room on the disk of {folder}{figures}.</translation>
  </message>
  <message>
   <source>There is nothing to remove.</source>
   <translation>There is nothing to remove.</translation>
  </message>
  <message>
   <source>There is nothing to save: all its settings are at their defaults or hold secrets.</source>
   <translation>There is nothing to save: all its settings are at their defaults or hold secrets.</translation>
  </message>
  <message>
   <source>There was no copy, so it begins empty</source>
   <translation>There was no copy, so it begins empty</translation>
  </message>
  <message>
   <source>These chats are never shown in Chatwoot: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>These chats are never shown in Chatwoot: 4915112345678@s.whatsapp.net, or @g.us for all groups.</translation>
  </message>
  <message>
   <source>This GOWA needs a newer system library (glibc). Choose another version.</source>
   <translation>This GOWA needs a newer system library (glibc). Choose another version.</translation>
  </message>
  <message>
   <source>This GOWA needs the system library glibc {decode} or newer; this computer has {own}.</source>
   <translation>This GOWA needs the system library glibc {decode} or newer; this computer has {own}.</translation>
  </message>
  <message>
   <source>This change cannot be taken back any more.</source>
   <translation>This change cannot be taken back any more.</translation>
  </message>
  <message>
   <source>This data folder is only looked at.</source>
   <translation>This data folder is only looked at.</translation>
  </message>
  <message>
   <source>This is no IPv4 address. Write one such as 127.0.0.1.</source>
   <translation>This is no IPv4 address. Write one such as 127.0.0.1.</translation>
  </message>
  <message>
   <source>This is no address of a proxy.</source>
   <translation>This is no address of a proxy.</translation>
  </message>
  <message>
   <source>This is no web address. It must start with http:// or https:// and have no spaces.</source>
   <translation>This is no web address. It must start with http:// or https:// and have no spaces.</translation>
  </message>
  <message>
   <source>This is the data that was reset.</source>
   <translation>This is the data that was reset.</translation>
  </message>
  <message>
   <source>This limit makes no sense.</source>
   <translation>This limit makes no sense.</translation>
  </message>
  <message>
   <source>This snapshot is needed by what is being done right now.</source>
   <translation>This snapshot is needed by what is being done right now.</translation>
  </message>
  <message>
   <source>This template is gone.</source>
   <translation>This template is gone.</translation>
  </message>
  <message>
   <source>This update sets chats aside, as said above. Nothing was done.</source>
   <translation>This update sets chats aside, as said above. Nothing was done.</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>This version was installed already.</translation>
  </message>
  <message>
   <source>This would delete the snapshot {id} of {name}.</source>
   <translation>This would delete the snapshot {id} of {name}.</translation>
  </message>
  <message>
   <source>This would delete {name} and its data for good. Nothing was done.</source>
   <translation>This would delete {name} and its data for good. Nothing was done.</translation>
  </message>
  <message>
   <source>Time between dashboard updates</source>
   <translation>Time between dashboard updates</translation>
  </message>
  <message>
   <source>Time between two pulses</source>
   <translation>Time between two pulses</translation>
  </message>
  <message>
   <source>Too many commands are running at once.</source>
   <translation>Too many commands are running at once.</translation>
  </message>
  <message>
   <source>Trusted reverse proxies</source>
   <translation>Trusted reverse proxies</translation>
  </message>
  <message>
   <source>Try again later, or check the release address in the settings.</source>
   <translation>Try again later, or check the release address in the settings.</translation>
  </message>
  <message>
   <source>Try again later.</source>
   <translation>Try again later.</translation>
  </message>
  <message>
   <source>Try again when it can be changed.</source>
   <translation>Try again when it can be changed.</translation>
  </message>
  <message>
   <source>Try again.</source>
   <translation>Try again.</translation>
  </message>
  <message>
   <source>Try again; details are in the program's log.</source>
   <translation>Try again; details are in the program's log.</translation>
  </message>
  <message>
   <source>Try again; if it stays, restart GOWA Desktop.</source>
   <translation>Try again; if it stays, restart GOWA Desktop.</translation>
  </message>
  <message>
   <source>Trying it out</source>
   <translation>Trying it out</translation>
  </message>
  <message>
   <source>Type a name such as shop-1.</source>
   <translation>Type a name such as shop-1.</translation>
  </message>
  <message>
   <source>Undecryptable message</source>
   <translation>Undecryptable message</translation>
  </message>
  <message>
   <source>Update it again.</source>
   <translation>Update it again.</translation>
  </message>
  <message>
   <source>Update the dashboard by itself</source>
   <translation>Update the dashboard by itself</translation>
  </message>
  <message>
   <source>Update to {to_tag}</source>
   <translation>Update to {to_tag}</translation>
  </message>
  <message>
   <source>Use a link such as {link_scheme}://instance/AB12CD34, with the key of an instance of this computer.</source>
   <translation>Use a link such as {link_scheme}://instance/AB12CD34, with the key of an instance of this computer.</translation>
  </message>
  <message>
   <source>Use a new secret</source>
   <translation>Use a new secret</translation>
  </message>
  <message>
   <source>Use a system with glibc, or build GOWA for this one and import it.</source>
   <translation>Use a system with glibc, or build GOWA for this one and import it.</translation>
  </message>
  <message>
   <source>Use at most {longest_pattern} characters.</source>
   <translation>Use at most {longest_pattern} characters.</translation>
  </message>
  <message>
   <source>Use letters, digits, spaces and - _ . ( ) + &amp; @ # only.</source>
   <translation>Use letters, digits, spaces and - _ . ( ) + &amp; @ # only.</translation>
  </message>
  <message>
   <source>Use one of {levels}.</source>
   <translation>Use one of {levels}.</translation>
  </message>
  <message>
   <source>Use the command line, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use the command line, quit it first, or choose another folder with --data-dir.</translation>
  </message>
  <message>
   <source>Use the gowa-desktop program to ask.</source>
   <translation>Use the gowa-desktop program to ask.</translation>
  </message>
  <message>
   <source>Use the one that runs, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use the one that runs, quit it first, or choose another folder with --data-dir.</translation>
  </message>
  <message>
   <source>Use: gowa-desktop update "{name}", which keeps the pairing, or set it to its v7 version.</source>
   <translation>Use: gowa-desktop update "{name}", which keeps the pairing, or set it to its v7 version.</translation>
  </message>
  <message>
   <source>Wait a moment and try again.</source>
   <translation>Wait a moment and try again.</translation>
  </message>
  <message>
   <source>Wait until it has ended.</source>
   <translation>Wait until it has ended.</translation>
  </message>
  <message>
   <source>Wait until that is done.</source>
   <translation>Wait until that is done.</translation>
  </message>
  <message>
   <source>Wait until then, or enter a GitHub token in the settings.</source>
   <translation>Wait until then, or enter a GitHub token in the settings.</translation>
  </message>
  <message>
   <source>Wait until then.</source>
   <translation>Wait until then.</translation>
  </message>
  <message>
   <source>Waiting to go on</source>
   <translation>Waiting to go on</translation>
  </message>
  <message>
   <source>Watches servers</source>
   <translation>Watches servers</translation>
  </message>
  <message>
   <source>Web pages that may call the API</source>
   <translation>Web pages that may call the API</translation>
  </message>
  <message>
   <source>Webhook addresses</source>
   <translation>Webhook addresses</translation>
  </message>
  <message>
   <source>Webhook secret</source>
   <translation>Webhook secret</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhooks</translation>
  </message>
  <message>
   <source>Webhooks have another form from v8 on; what receives them must understand it.</source>
   <translation>Webhooks have another form from v8 on; what receives them must understand it.</translation>
  </message>
  <message>
   <source>Webhooks switched off</source>
   <translation>Webhooks switched off</translation>
  </message>
  <message>
   <source>What is read on one side is marked as read on the other.</source>
   <translation>What is read on one side is marked as read on the other.</translation>
  </message>
  <message>
   <source>What is to be changed is not said.</source>
   <translation>What is to be changed is not said.</translation>
  </message>
  <message>
   <source>What runs goes on running; changes cannot be saved until then.</source>
   <translation>What runs goes on running; changes cannot be saved until then.</translation>
  </message>
  <message>
   <source>WhatsApp behaviour</source>
   <translation>WhatsApp behaviour</translation>
  </message>
  <message>
   <source>WhatsApp database</source>
   <translation>WhatsApp database</translation>
  </message>
  <message>
   <source>WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see “waiting for this message” for a while, and a phone that was linked anew since has to be paired again.</source>
   <translation>WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see “waiting for this message” for a while, and a phone that was linked anew since has to be paired again.</translation>
  </message>
  <message>
   <source>WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.</source>
   <translation>WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.</translation>
  </message>
  <message>
   <source>WhatsApp says that this GOWA is too old. Use a newer version.</source>
   <translation>WhatsApp says that this GOWA is too old. Use a newer version.</translation>
  </message>
  <message>
   <source>WhatsApp session</source>
   <translation>WhatsApp session</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>When it ends by itself</translation>
  </message>
  <message>
   <source>Where MCP itself is reached from outside. Left empty, it is the OAuth address with the base path and /mcp.</source>
   <translation>Where MCP itself is reached from outside. Left empty, it is the OAuth address with the base path and /mcp.</translation>
  </message>
  <message>
   <source>Where the Chatwoot settings of a single device may point. An empty list allows any public host.</source>
   <translation>Where the Chatwoot settings of a single device may point. An empty list allows any public host.</translation>
  </message>
  <message>
   <source>Where the WhatsApp session is kept: file:path for SQLite, or postgres://user:password@host/name. Another database means pairing again.</source>
   <translation>Where the WhatsApp session is kept: file:path for SQLite, or postgres://user:password@host/name. Another database means pairing again.</translation>
  </message>
  <message>
   <source>Which WhatsApp device of this instance answers from Chatwoot, when there are several.</source>
   <translation>Which WhatsApp device of this instance answers from Chatwoot, when there are several.</translation>
  </message>
  <message>
   <source>Who may use the API and the dashboard. Without a sign-in everybody who reaches the port may.</source>
   <translation>Who may use the API and the dashboard. Without a sign-in everybody who reaches the port may.</translation>
  </message>
  <message>
   <source>Whoever checks the signatures of its webhooks needs the new secret.</source>
   <translation>Whoever checks the signatures of its webhooks needs the new secret.</translation>
  </message>
  <message>
   <source>Whoever uses it signs in as {sign_in_name}; the password is in the overview, under Connect.</source>
   <translation>Whoever uses it signs in as {sign_in_name}; the password is in the overview, under Connect.</translation>
  </message>
  <message>
   <source>Windows does not let the registry be changed: {strerror}.</source>
   <translation>Windows does not let the registry be changed: {strerror}.</translation>
  </message>
  <message>
   <source>With direct import, media still go through Chatwoot's web interface, so that its files are complete.</source>
   <translation>With direct import, media still go through Chatwoot's web interface, so that its files are complete.</translation>
  </message>
  <message>
   <source>With this GOWA prints its help and ends.</source>
   <translation>With this GOWA prints its help and ends.</translation>
  </message>
  <message>
   <source>Write %23 for a # in a database address.</source>
   <translation>Write %23 for a # in a database address.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in a database address.</source>
   <translation>Write %25 for a percent sign in a database address.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in an address.</source>
   <translation>Write %25 for a percent sign in an address.</translation>
  </message>
  <message>
   <source>Write --format json or --format env.</source>
   <translation>Write --format json or --format env.</translation>
  </message>
  <message>
   <source>Write OPTION=VALUE, such as debug=true.</source>
   <translation>Write OPTION=VALUE, such as debug=true.</translation>
  </message>
  <message>
   <source>Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups.</source>
   <translation>Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups.</translation>
  </message>
  <message>
   <source>Write a host name or address only, without scheme, port and path.</source>
   <translation>Write a host name or address only, without scheme, port and path.</translation>
  </message>
  <message>
   <source>Write a number above 0.</source>
   <translation>Write a number above 0.</translation>
  </message>
  <message>
   <source>Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end.</source>
   <translation>Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end.</translation>
  </message>
  <message>
   <source>Write a range with its length, such as 10.0.0.0/8.</source>
   <translation>Write a range with its length, such as 10.0.0.0/8.</translation>
  </message>
  <message>
   <source>Write a shorter one.</source>
   <translation>Write a shorter one.</translation>
  </message>
  <message>
   <source>Write a time with its unit, such as 30s, 5m or 48h.</source>
   <translation>Write a time with its unit, such as 30s, 5m or 48h.</translation>
  </message>
  <message>
   <source>Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1.</source>
   <translation>Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1.</translation>
  </message>
  <message>
   <source>Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this.</source>
   <translation>Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this.</translation>
  </message>
  <message>
   <source>Write an address such as 127.0.0.1, or the name of this computer.</source>
   <translation>Write an address such as 127.0.0.1, or the name of this computer.</translation>
  </message>
  <message>
   <source>Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise.</source>
   <translation>Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise.</translation>
  </message>
  <message>
   <source>Write digits only.</source>
   <translation>Write digits only.</translation>
  </message>
  <message>
   <source>Write file:path, such as file:storages/oauth.db.</source>
   <translation>Write file:path, such as file:storages/oauth.db.</translation>
  </message>
  <message>
   <source>Write it as owner/name.</source>
   <translation>Write it as owner/name.</translation>
  </message>
  <message>
   <source>Write it like --keep 3.</source>
   <translation>Write it like --keep 3.</translation>
  </message>
  <message>
   <source>Write it like -n 100.</source>
   <translation>Write it like -n 100.</translation>
  </message>
  <message>
   <source>Write it like http://proxy.example:3128.</source>
   <translation>Write it like http://proxy.example:3128.</translation>
  </message>
  <message>
   <source>Write it like port=8001.</source>
   <translation>Write it like port=8001.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0, or latest.</source>
   <translation>Write it like v9.2.0, or latest.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0.</source>
   <translation>Write it like v9.2.0.</translation>
  </message>
  <message>
   <source>Write it like {default}.</source>
   <translation>Write it like {default}.</translation>
  </message>
  <message>
   <source>Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #.</source>
   <translation>Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #.</translation>
  </message>
  <message>
   <source>Write the full JID: {text}@s.whatsapp.net.</source>
   <translation>Write the full JID: {text}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>Write the name of a file after file:, such as file:storages/whatsapp.db.</source>
   <translation>Write the name of a file after file:, such as file:storages/whatsapp.db.</translation>
  </message>
  <message>
   <source>Write the name of a file, without a folder.</source>
   <translation>Write the name of a file, without a folder.</translation>
  </message>
  <message>
   <source>Write true or false.</source>
   <translation>Write true or false.</translation>
  </message>
  <message>
   <source>Write user:password.</source>
   <translation>Write user:password.</translation>
  </message>
  <message>
   <source>Writes a short text where a picture or file of the history cannot be fetched any more.</source>
   <translation>Writes a short text where a picture or file of the history cannot be fetched any more.</translation>
  </message>
  <message>
   <source>Writes every request and the WhatsApp protocol to the log. The log then holds message traffic and pairing codes.</source>
   <translation>Writes every request and the WhatsApp protocol to the log. The log then holds message traffic and pairing codes.</translation>
  </message>
  <message>
   <source>Wrote the settings of {name} to {path}.</source>
   <translation>Wrote the settings of {name} to {path}.</translation>
  </message>
  <message>
   <source>Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.</source>
   <translation>Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.</translation>
  </message>
  <message>
   <source>[Desktop Entry]</source>
   <translation>[Desktop Entry]</translation>
  </message>
  <message>
   <source>a damaged zip file</source>
   <translation>a damaged zip file</translation>
  </message>
  <message>
   <source>a part of the system that it needs is missing</source>
   <translation>a part of the system that it needs is missing</translation>
  </message>
  <message>
   <source>a path separator ({character})</source>
   <translation>a path separator ({character})</translation>
  </message>
  <message>
   <source>a quotation mark ({character})</source>
   <translation>a quotation mark ({character})</translation>
  </message>
  <message>
   <source>a snapshot is being restored</source>
   <translation>a snapshot is being restored</translation>
  </message>
  <message>
   <source>a virus scanner took it away</source>
   <translation>a virus scanner took it away</translation>
  </message>
  <message>
   <source>access is denied</source>
   <translation>access is denied</translation>
  </message>
  <message>
   <source>allow it in the virus scanner</source>
   <translation>allow it in the virus scanner</translation>
  </message>
  <message>
   <source>allow it to run (chmod u+x '{program}')</source>
   <translation>allow it to run (chmod u+x '{program}')</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>always restarted</translation>
  </message>
  <message>
   <source>an emoji or symbol</source>
   <translation>an emoji or symbol</translation>
  </message>
  <message>
   <source>an invisible control character</source>
   <translation>an invisible control character</translation>
  </message>
  <message>
   <source>an older one</source>
   <translation>an older one</translation>
  </message>
  <message>
   <source>and {titles} more</source>
   <translation>and {titles} more</translation>
  </message>
  <message>
   <source>another program</source>
   <translation>another program</translation>
  </message>
  <message>
   <source>any page you open in your browser can use it</source>
   <translation>any page you open in your browser can use it</translation>
  </message>
  <message>
   <source>asked to end (SIGTERM) by another program</source>
   <translation>asked to end (SIGTERM) by another program</translation>
  </message>
  <message>
   <source>auto-connect failed for device</source>
   <translation>auto-connect failed for device</translation>
  </message>
  <message>
   <source>bad cpu type</source>
   <translation>bad cpu type</translation>
  </message>
  <message>
   <source>built in; not WhatsApp</source>
   <translation>built in; not WhatsApp</translation>
  </message>
  <message>
   <source>changing the version</source>
   <translation>changing the version</translation>
  </message>
  <message>
   <source>checksum of {name}</source>
   <translation>checksum of {name}</translation>
  </message>
  <message>
   <source>cut short</source>
   <translation>cut short</translation>
  </message>
  <message>
   <source>database is locked</source>
   <translation>database is locked</translation>
  </message>
  <message>
   <source>ended by SIGQUIT</source>
   <translation>ended by SIGQUIT</translation>
  </message>
  <message>
   <source>ended by a bus error (SIGBUS)</source>
   <translation>ended by a bus error (SIGBUS)</translation>
  </message>
  <message>
   <source>ended by a memory fault (SIGSEGV)</source>
   <translation>ended by a memory fault (SIGSEGV)</translation>
  </message>
  <message>
   <source>ended by an illegal instruction (SIGILL)</source>
   <translation>ended by an illegal instruction (SIGILL)</translation>
  </message>
  <message>
   <source>ended by itself (SIGABRT)</source>
   <translation>ended by itself (SIGABRT)</translation>
  </message>
  <message>
   <source>ended by signal {number}</source>
   <translation>ended by signal {number}</translation>
  </message>
  <message>
   <source>exec format error</source>
   <translation>exec format error</translation>
  </message>
  <message>
   <source>failed to apply WHATSAPP_PROXY</source>
   <translation>failed to apply WHATSAPP_PROXY</translation>
  </message>
  <message>
   <source>file for {system} on {cpu}</source>
   <translation>file for {system} on {cpu}</translation>
  </message>
  <message>
   <source>file is not a database</source>
   <translation>file is not a database</translation>
  </message>
  <message>
   <source>found in the data folder</source>
   <translation>found in the data folder</translation>
  </message>
  <message>
   <source>frozen by a signal</source>
   <translation>frozen by a signal</translation>
  </message>
  <message>
   <source>hung up (SIGHUP)</source>
   <translation>hung up (SIGHUP)</translation>
  </message>
  <message>
   <source>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</source>
   <translation>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</translation>
  </message>
  <message>
   <source>interrupted (SIGINT)</source>
   <translation>interrupted (SIGINT)</translation>
  </message>
  <message>
   <source>it has {to_tag} already.</source>
   <translation>it has {to_tag} already.</translation>
  </message>
  <message>
   <source>it is being deleted</source>
   <translation>it is being deleted</translation>
  </message>
  <message>
   <source>it is being updated</source>
   <translation>it is being updated</translation>
  </message>
  <message>
   <source>it is too long</source>
   <translation>it is too long</translation>
  </message>
  <message>
   <source>it was made for another kind of computer</source>
   <translation>it was made for another kind of computer</translation>
  </message>
  <message>
   <source>its data is being put back</source>
   <translation>its data is being put back</translation>
  </message>
  <message>
   <source>its data is being reset</source>
   <translation>its data is being reset</translation>
  </message>
  <message>
   <source>its databases are being saved before it starts with another version</source>
   <translation>its databases are being saved before it starts with another version</translation>
  </message>
  <message>
   <source>its disk does not allow programs (noexec)</source>
   <translation>its disk does not allow programs (noexec)</translation>
  </message>
  <message>
   <source>its disk is read-only</source>
   <translation>its disk is read-only</translation>
  </message>
  <message>
   <source>its file may not be executed</source>
   <translation>its file may not be executed</translation>
  </message>
  <message>
   <source>its quotation mark is never closed</source>
   <translation>its quotation mark is never closed</translation>
  </message>
  <message>
   <source>key cache</source>
   <translation>key cache</translation>
  </message>
  <message>
   <source>killed (signal 9)</source>
   <translation>killed (signal 9)</translation>
  </message>
  <message>
   <source>low</source>
   <translation>low</translation>
  </message>
  <message>
   <source>macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.</source>
   <translation>macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.</translation>
  </message>
  <message>
   <source>macOS keeps it in quarantine</source>
   <translation>macOS keeps it in quarantine</translation>
  </message>
  <message>
   <source>malformed: format version</source>
   <translation>malformed: format version</translation>
  </message>
  <message>
   <source>malformed: row {differing} of {watched} differs from its second writing</source>
   <translation>malformed: row {differing} of {watched} differs from its second writing</translation>
  </message>
  <message>
   <source>malformed: text</source>
   <translation>malformed: text</translation>
  </message>
  <message>
   <source>malformed: the guard of the table {watched}</source>
   <translation>malformed: the guard of the table {watched}</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>never restarted</translation>
  </message>
  <message>
   <source>no program for any computer</source>
   <translation>no program for any computer</translation>
  </message>
  <message>
   <source>no space</source>
   <translation>no space</translation>
  </message>
  <message>
   <source>no such file</source>
   <translation>no such file</translation>
  </message>
  <message>
   <source>normal</source>
   <translation>normal</translation>
  </message>
  <message>
   <source>not a database</source>
   <translation>not a database</translation>
  </message>
  <message>
   <source>not a valid win32</source>
   <translation>not a valid win32</translation>
  </message>
  <message>
   <source>not permitted</source>
   <translation>not permitted</translation>
  </message>
  <message>
   <source>not set</source>
   <translation>not set</translation>
  </message>
  <message>
   <source>on every address</source>
   <translation>on every address</translation>
  </message>
  <message>
   <source>only the sign-in keeps them out</source>
   <translation>only the sign-in keeps them out</translation>
  </message>
  <message>
   <source>permission denied</source>
   <translation>permission denied</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>restarted on failure</translation>
  </message>
  <message>
   <source>returning to the old version</source>
   <translation>returning to the old version</translation>
  </message>
  <message>
   <source>run ended</source>
   <translation>run ended</translation>
  </message>
  <message>
   <source>run starts</source>
   <translation>run starts</translation>
  </message>
  <message>
   <source>saving a snapshot</source>
   <translation>saving a snapshot</translation>
  </message>
  <message>
   <source>the account …{number}</source>
   <translation>the account …{number}</translation>
  </message>
  <message>
   <source>the kernel refused socket diagnostics</source>
   <translation>the kernel refused socket diagnostics</translation>
  </message>
  <message>
   <source>the server</source>
   <translation>the server</translation>
  </message>
  <message>
   <source>the system does not allow it to run</source>
   <translation>the system does not allow it to run</translation>
  </message>
  <message>
   <source>unable to open</source>
   <translation>unable to open</translation>
  </message>
  <message>
   <source>unknown version</source>
   <translation>unknown version</translation>
  </message>
  <message>
   <source>unwanted software</source>
   <translation>unwanted software</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>user name</translation>
  </message>
  <message>
   <source>waiting for something to happen</source>
   <translation>waiting for something to happen</translation>
  </message>
  <message>
   <source>waiting for the disk</source>
   <translation>waiting for the disk</translation>
  </message>
  <message>
   <source>while GOWA Desktop did not run</source>
   <translation>while GOWA Desktop did not run</translation>
  </message>
  <message>
   <source>{arrived} of {asset} MB</source>
   <translation>{arrived} of {asset} MB</translation>
  </message>
  <message>
   <source>{cause_text} It could not be made as it was: {error}</source>
   <translation>{cause_text} It could not be made as it was: {error}</translation>
  </message>
  <message>
   <source>{cause_text} It is as it was.</source>
   <translation>{cause_text} It is as it was.</translation>
  </message>
  <message>
   <source>{count} bytes are left out: the log grew faster than it may be kept</source>
   <translation>{count} bytes are left out: the log grew faster than it may be kept</translation>
  </message>
  <message>
   <source>{count} instances crashed and were started again</source>
   <translation>{count} instances crashed and were started again</translation>
  </message>
  <message>
   <source>{count} instances stay down</source>
   <translation>{count} instances stay down</translation>
  </message>
  <message>
   <source>{count} limits are exceeded</source>
   <translation>{count} limits are exceeded</translation>
  </message>
  <message>
   <source>{count} messages about WhatsApp</source>
   <translation>{count} messages about WhatsApp</translation>
  </message>
  <message>
   <source>{count} new versions</source>
   <translation>{count} new versions</translation>
  </message>
  <message>
   <source>{count} problems around GOWA Desktop</source>
   <translation>{count} problems around GOWA Desktop</translation>
  </message>
  <message>
   <source>{count} tasks are finished</source>
   <translation>{count} tasks are finished</translation>
  </message>
  <message>
   <source>{file_count} files of {name} are gone, {freed} MB are free again.</source>
   <translation>{file_count} files of {name} are gone, {freed} MB are free again.</translation>
  </message>
  <message>
   <source>{file_count} files of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>{file_count} files of {name} with {size} MB would go. Add --yes to do it.</translation>
  </message>
  <message>
   <source>{file} cannot be changed: {strerror}.</source>
   <translation>{file} cannot be changed: {strerror}.</translation>
  </message>
  <message>
   <source>{first} to {second} is no range.</source>
   <translation>{first} to {second} is no range.</translation>
  </message>
  <message>
   <source>{group} {group2} answered with {status} in {group3}{told}</source>
   <translation>{group} {group2} answered with {status} in {group3}{told}</translation>
  </message>
  <message>
   <source>{host} answers no more questions from this connection until {until}.</source>
   <translation>{host} answers no more questions from this connection until {until}.</translation>
  </message>
  <message>
   <source>{host} cannot be reached.</source>
   <translation>{host} cannot be reached.</translation>
  </message>
  <message>
   <source>{host} cannot prove that it is what it says: its certificate is not trusted.</source>
   <translation>{host} cannot prove that it is what it says: its certificate is not trusted.</translation>
  </message>
  <message>
   <source>{host} has a fault of its own for now (HTTP {status}).</source>
   <translation>{host} has a fault of its own for now (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} has nothing at this address.</source>
   <translation>{host} has nothing at this address.</translation>
  </message>
  <message>
   <source>{host} has stopped answering.</source>
   <translation>{host} has stopped answering.</translation>
  </message>
  <message>
   <source>{host} refuses (HTTP {status}).</source>
   <translation>{host} refuses (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} refuses the token.</source>
   <translation>{host} refuses the token.</translation>
  </message>
  <message>
   <source>{host} sent something else than {name}.</source>
   <translation>{host} sent something else than {name}.</translation>
  </message>
  <message>
   <source>{key} was changed</source>
   <translation>{key} was changed</translation>
  </message>
  <message>
   <source>{key} was {old}, is {new}</source>
   <translation>{key} was {old}, is {new}</translation>
  </message>
  <message>
   <source>{key}: a sign-in needs a user and a password.</source>
   <translation>{key}: a sign-in needs a user and a password.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is neither true nor false.</source>
   <translation>{key}: “{text}” is neither true nor false.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is no whole number.</source>
   <translation>{key}: “{text}” is no whole number.</translation>
  </message>
  <message>
   <source>{message} {share} have arrived and are kept.</source>
   <translation>{message} {share} have arrived and are kept.</translation>
  </message>
  <message>
   <source>{name} cannot be read.</source>
   <translation>{name} cannot be read.</translation>
  </message>
  <message>
   <source>{name} cannot do this now: {reason}.</source>
   <translation>{name} cannot do this now: {reason}.</translation>
  </message>
  <message>
   <source>{name} crashed and was started again</source>
   <translation>{name} crashed and was started again</translation>
  </message>
  <message>
   <source>{name} does not contain a GOWA program named {wanted}.</source>
   <translation>{name} does not contain a GOWA program named {wanted}.</translation>
  </message>
  <message>
   <source>{name} has an option of its own: set “{label}” instead.</source>
   <translation>{name} has an option of its own: set “{label}” instead.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v7, which {tag} would damage.</source>
   <translation>{name} has chats of GOWA v7, which {tag} would damage.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v8 or later, which {tag} cannot write.</source>
   <translation>{name} has chats of GOWA v8 or later, which {tag} cannot write.</translation>
  </message>
  <message>
   <source>{name} has no snapshot {snapshot_id}.</source>
   <translation>{name} has no snapshot {snapshot_id}.</translation>
  </message>
  <message>
   <source>{name} has the data of {id} again.</source>
   <translation>{name} has the data of {id} again.</translation>
  </message>
  <message>
   <source>{name} held {value} of memory on average for {minutes} min; the limit is {limit}. Look at its chart, or restart it.</source>
   <translation>{name} held {value} of memory on average for {minutes} min; the limit is {limit}. Look at its chart, or restart it.</translation>
  </message>
  <message>
   <source>{name} is being cleaned up already.</source>
   <translation>{name} is being cleaned up already.</translation>
  </message>
  <message>
   <source>{name} is being worked on.</source>
   <translation>{name} is being worked on.</translation>
  </message>
  <message>
   <source>{name} is deleted for good.</source>
   <translation>{name} is deleted for good.</translation>
  </message>
  <message>
   <source>{name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {key}</source>
   <translation>{name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {key}</translation>
  </message>
  <message>
   <source>{name} is for another kind of computer ({others}); this one needs {wanted}.</source>
   <translation>{name} is for another kind of computer ({others}); this one needs {wanted}.</translation>
  </message>
  <message>
   <source>{name} is not what the release says: its SHA-256 checksum differs.</source>
   <translation>{name} is not what the release says: its SHA-256 checksum differs.</translation>
  </message>
  <message>
   <source>{name} is packed in an unusual way.</source>
   <translation>{name} is packed in an unusual way.</translation>
  </message>
  <message>
   <source>{name} is put back, stopped, on port {port}.</source>
   <translation>{name} is put back, stopped, on port {port}.</translation>
  </message>
  <message>
   <source>{name} is running on {base_url}.</source>
   <translation>{name} is running on {base_url}.</translation>
  </message>
  <message>
   <source>{name} is stopped.</source>
   <translation>{name} is stopped.</translation>
  </message>
  <message>
   <source>{name} is too large to be GOWA.</source>
   <translation>{name} is too large to be GOWA.</translation>
  </message>
  <message>
   <source>{name} stays down</source>
   <translation>{name} stays down</translation>
  </message>
  <message>
   <source>{name} used {value} % of a core on average for {minutes} min; the limit is {limit} %. Look at its log, or restart it.</source>
   <translation>{name} used {value} % of a core on average for {minutes} min; the limit is {limit} %. Look at its log, or restart it.</translation>
  </message>
  <message>
   <source>{name}: large folder</source>
   <translation>{name}: large folder</translation>
  </message>
  <message>
   <source>{name}: much CPU</source>
   <translation>{name}: much CPU</translation>
  </message>
  <message>
   <source>{name}: much memory</source>
   <translation>{name}: much memory</translation>
  </message>
  <message>
   <source>{name}: nothing to change.</source>
   <translation>{name}: nothing to change.</translation>
  </message>
  <message>
   <source>{name}: updated to {to_tag}. {sentence}</source>
   <translation>{name}: updated to {to_tag}. {sentence}</translation>
  </message>
  <message>
   <source>{name}: {label} is skipped. {reason}</source>
   <translation>{name}: {label} is skipped. {reason}</translation>
  </message>
  <message>
   <source>{out} {out2} paired but not logged in, as before the update.</source>
   <translation>{out} {out2} paired but not logged in, as before the update.</translation>
  </message>
  <message>
   <source>{path} is no file.</source>
   <translation>{path} is no file.</translation>
  </message>
  <message>
   <source>{port} is no port.</source>
   <translation>{port} is no port.</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again, but it does not start: {error}</source>
   <translation>{reason} It has {from_tag} and its data of before again, but it does not start: {error}</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again.{pinned}</source>
   <translation>{reason} It has {from_tag} and its data of before again.{pinned}</translation>
  </message>
  <message>
   <source>{reason} The way back failed, too: {error} Its snapshot is {snapshot_id}.</source>
   <translation>{reason} The way back failed, too: {error} Its snapshot is {snapshot_id}.</translation>
  </message>
  <message>
   <source>{returned} returned to the old version</source>
   <translation>{returned} returned to the old version</translation>
  </message>
  <message>
   <source>{select} ORDER BY i.id</source>
   <translation>{select} ORDER BY i.id</translation>
  </message>
  <message>
   <source>{select} WHERE i.id = ?</source>
   <translation>{select} WHERE i.id = ?</translation>
  </message>
  <message>
   <source>{sentence} It runs again.</source>
   <translation>{sentence} It runs again.</translation>
  </message>
  <message>
   <source>{shown} are free on the disk of the data folder {root}.</source>
   <translation>{shown} are free on the disk of the data folder {root}.</translation>
  </message>
  <message>
   <source>{source_name} is for {found} on {found2}; this computer is {system} on {cpu_name}.</source>
   <translation>{source_name} is for {found} on {found2}; this computer is {system} on {cpu_name}.</translation>
  </message>
  <message>
   <source>{stale_keys_warning} Nothing was done.</source>
   <translation>{stale_keys_warning} Nothing was done.</translation>
  </message>
  <message>
   <source>{untouched} not touched</source>
   <translation>{untouched} not touched</translation>
  </message>
  <message>
   <source>{updated} of {rows} updated to {to_tag}</source>
   <translation>{updated} of {rows} updated to {to_tag}</translation>
  </message>
  <message>
   <source>{url} leads away to an address that is not safe.</source>
   <translation>{url} leads away to an address that is not safe.</translation>
  </message>
  <message>
   <source>{url} sends from one address to the next without end.</source>
   <translation>{url} sends from one address to the next without end.</translation>
  </message>
  <message>
   <source>{url} sent far more than expected.</source>
   <translation>{url} sent far more than expected.</translation>
  </message>
  <message>
   <source>{value} % of the disk are free; the limit is {limit} %. Free some space, or clean up media.</source>
   <translation>{value} % of the disk are free; the limit is {limit} %. Free some space, or clean up media.</translation>
  </message>
  <message>
   <source>{value} is out of range.</source>
   <translation>{value} is out of range.</translation>
  </message>
  <message>
   <source>{what} without being asked to: most likely WhatsApp gave this session to another client. Make sure the same account does not run elsewhere, then start it again.</source>
   <translation>{what} without being asked to: most likely WhatsApp gave this session to another client. Make sure the same account does not run elsewhere, then start it again.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines and start it again.</source>
   <translation>{what}. Look at its last lines and start it again.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines, then start it again.</source>
   <translation>{what}. Look at its last lines, then start it again.</translation>
  </message>
  <message>
   <source>{word} was {get}, is {get2}</source>
   <translation>{word} was {get}, is {get2}</translation>
  </message>
  <message>
   <source>“available” stops notifications on the phone. “none” says nothing; contacts may then see no name.</source>
   <translation>“available” stops notifications on the phone. “none” says nothing; contacts may then see no name.</translation>
  </message>
  <message>
   <source>“{assignment}” is no setting.</source>
   <translation>“{assignment}” is no setting.</translation>
  </message>
  <message>
   <source>“{key}” must be a list of texts.</source>
   <translation>“{key}” must be a list of texts.</translation>
  </message>
  <message>
   <source>“{key}” must be a whole number.</source>
   <translation>“{key}” must be a whole number.</translation>
  </message>
  <message>
   <source>“{name}” cannot read its chats</source>
   <translation>“{name}” cannot read its chats</translation>
  </message>
  <message>
   <source>“{name}” does not use its proxy</source>
   <translation>“{name}” does not use its proxy</translation>
  </message>
  <message>
   <source>“{name}” has a sign-in that is written wrongly</source>
   <translation>“{name}” has a sign-in that is written wrongly</translation>
  </message>
  <message>
   <source>“{name}” is too old for WhatsApp</source>
   <translation>“{name}” is too old for WhatsApp</translation>
  </message>
  <message>
   <source>“{name}” was logged out of WhatsApp</source>
   <translation>“{name}” was logged out of WhatsApp</translation>
  </message>
  <message>
   <source>“{pattern}” is no regular expression: {reason}.</source>
   <translation>“{pattern}” is no regular expression: {reason}.</translation>
  </message>
  <message>
   <source>“{shown}” is not possible here.</source>
   <translation>“{shown}” is not possible here.</translation>
  </message>
  <message>
   <source>“{strip}” is no web address.</source>
   <translation>“{strip}” is no web address.</translation>
  </message>
  <message>
   <source>“{strip}” is not a GOWA version.</source>
   <translation>“{strip}” is not a GOWA version.</translation>
  </message>
  <message>
   <source>“{text}” cannot be a tag.</source>
   <translation>“{text}” cannot be a tag.</translation>
  </message>
  <message>
   <source>“{text}” is not possible here.</source>
   <translation>“{text}” is not possible here.</translation>
  </message>
  <message>
   <source>“{value}” is no name of an environment variable. Use letters, digits and underscores.</source>
   <translation>“{value}” is no name of an environment variable. Use letters, digits and underscores.</translation>
  </message>
 </context>
 <context>
  <name>SettingRow</name>
  <message>
   <source>Back to the default: {title}</source>
   <translation>Back to the default: {title}</translation>
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>No setting fits these words.</source>
   <translation>No setting fits these words.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Search in the settings</source>
   <translation>Search in the settings</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Sections</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Settings</translation>
  </message>
 </context>
 <context>
  <name>SettingsPages</name>
  <message>
   <source> MB</source>
   <translation> MB</translation>
  </message>
  <message>
   <source> s</source>
   <translation> s</translation>
  </message>
  <message>
   <source>&amp;Instances that start at a time</source>
   <translation>&amp;Instances that start at a time</translation>
  </message>
  <message>
   <source>&amp;Language</source>
   <translation>&amp;Language</translation>
  </message>
  <message>
   <source>&amp;Log of each instance</source>
   <translation>&amp;Log of each instance</translation>
  </message>
  <message>
   <source>&amp;Look for new versions once a day</source>
   <translation>&amp;Look for new versions once a day</translation>
  </message>
  <message>
   <source>&amp;No proxy</source>
   <translation>&amp;No proxy</translation>
  </message>
  <message>
   <source>&amp;Ports for new instances</source>
   <translation>&amp;Ports for new instances</translation>
  </message>
  <message>
   <source>&amp;Quiet from</source>
   <translation>&amp;Quiet from</translation>
  </message>
  <message>
   <source>&amp;Reduce motion</source>
   <translation>&amp;Reduce motion</translation>
  </message>
  <message>
   <source>&amp;Snapshots kept of each instance</source>
   <translation>&amp;Snapshots kept of each instance</translation>
  </message>
  <message>
   <source>&amp;Theme</source>
   <translation>&amp;Theme</translation>
  </message>
  <message>
   <source>&amp;Try a given-up instance again every {minutes} minutes</source>
   <translation>&amp;Try a given-up instance again every {minutes} minutes</translation>
  </message>
  <message>
   <source>&amp;Urgent ones come all the same</source>
   <translation>&amp;Urgent ones come all the same</translation>
  </message>
  <message>
   <source>A longer time spares the battery. Charts keep their gaps small.</source>
   <translation>A longer time spares the battery. Charts keep their gaps small.</translation>
  </message>
  <message>
   <source>A new instance gets the first free one. From {first} to {last}.</source>
   <translation>A new instance gets the first free one. From {first} to {last}.</translation>
  </message>
  <message>
   <source>A new version is there</source>
   <translation>A new version is there</translation>
  </message>
  <message>
   <source>A shorter time shows more.</source>
   <translation>A shorter time shows more.</translation>
  </message>
  <message>
   <source>An instance ended and is started again</source>
   <translation>An instance ended and is started again</translation>
  </message>
  <message>
   <source>An instance is given up</source>
   <translation>An instance is given up</translation>
  </message>
  <message>
   <source>An updated instance is &amp;watched for</source>
   <translation>An updated instance is &amp;watched for</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Appearance</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>As the system</translation>
  </message>
  <message>
   <source>Ask each time</source>
   <translation>Ask each time</translation>
  </message>
  <message>
   <source>CPU, memory or a folder is above a limit</source>
   <translation>CPU, memory or a folder is above a limit</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dark</translation>
  </message>
  <message>
   <source>Downloads</source>
   <translation>Downloads</translation>
  </message>
  <message>
   <source>Errors only</source>
   <translation>Errors only</translation>
  </message>
  <message>
   <source>Everything, for a search for faults</source>
   <translation>Everything, for a search for faults</translation>
  </message>
  <message>
   <source>First port</source>
   <translation>First port</translation>
  </message>
  <message>
   <source>GOWA &amp;Desktop's own log</source>
   <translation>GOWA &amp;Desktop's own log</translation>
  </message>
  <message>
   <source>General</source>
   <translation>General</translation>
  </message>
  <message>
   <source>GitHub &amp;token</source>
   <translation>GitHub &amp;token</translation>
  </message>
  <message>
   <source>GitHub, or a mirror that answers like it. Empty means GitHub.</source>
   <translation>GitHub, or a mirror that answers like it. Empty means GitHub.</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>High contrast</translation>
  </message>
  <message>
   <source>High contrast is as bright or dark as the system.</source>
   <translation>High contrast is as bright or dark as the system.</translation>
  </message>
  <message>
   <source>Holds at once.</source>
   <translation>Holds at once.</translation>
  </message>
  <message>
   <source>In the tray, or in the task bar where there is no tray.</source>
   <translation>In the tray, or in the task bar where there is no tray.</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instances</translation>
  </message>
  <message>
   <source>Instances that are left running are found again at the next start.</source>
   <translation>Instances that are left running are found again at the next start.</translation>
  </message>
  <message>
   <source>Instances updated at a &amp;time</source>
   <translation>Instances updated at a &amp;time</translation>
  </message>
  <message>
   <source>It must be well for so long, or it returns to its old version and snapshot.</source>
   <translation>It must be well for so long, or it returns to its old version and snapshot.</translation>
  </message>
  <message>
   <source>Keep running in the tray</source>
   <translation>Keep running in the tray</translation>
  </message>
  <message>
   <source>Last port</source>
   <translation>Last port</translation>
  </message>
  <message>
   <source>Leave instances running</source>
   <translation>Leave instances running</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Light</translation>
  </message>
  <message>
   <source>Log files</source>
   <translation>Log files</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Long work is finished</source>
   <translation>Long work is finished</translation>
  </message>
  <message>
   <source>Menus open at once and the cursor does not blink. Off, as the system has it.</source>
   <translation>Menus open at once and the cursor does not blink. Off, as the system has it.</translation>
  </message>
  <message>
   <source>Monitoring</source>
   <translation>Monitoring</translation>
  </message>
  <message>
   <source>Nothing pops up then; it is in the list in the window.</source>
   <translation>Nothing pops up then; it is in the list in the window.</translation>
  </message>
  <message>
   <source>Notifications</source>
   <translation>Notifications</translation>
  </message>
  <message>
   <source>One goes first alone. Only when it is well, the others follow in groups of this size.</source>
   <translation>One goes first alone. Only when it is well, the others follow in groups of this size.</translation>
  </message>
  <message>
   <source>One is made before every change of version. The oldest go first.</source>
   <translation>One is made before every change of version. The oldest go first.</translation>
  </message>
  <message>
   <source>One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.</source>
   <translation>One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.</translation>
  </message>
  <message>
   <source>Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions.</source>
   <translation>Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions.</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Proxy address</source>
   <translation>Proxy address</translation>
  </message>
  <message>
   <source>Quiet from</source>
   <translation>Quiet from</translation>
  </message>
  <message>
   <source>Quiet hours</source>
   <translation>Quiet hours</translation>
  </message>
  <message>
   <source>Quiet until</source>
   <translation>Quiet until</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Quit</translation>
  </message>
  <message>
   <source>Release &amp;server</source>
   <translation>Release &amp;server</translation>
  </message>
  <message>
   <source>Show the token</source>
   <translation>Show the token</translation>
  </message>
  <message>
   <source>Size of a log file</source>
   <translation>Size of a log file</translation>
  </message>
  <message>
   <source>Start &amp;minimised</source>
   <translation>Start &amp;minimised</translation>
  </message>
  <message>
   <source>Stop all instances</source>
   <translation>Stop all instances</translation>
  </message>
  <message>
   <source>Such as an instance that is given up.</source>
   <translation>Such as an instance that is given up.</translation>
  </message>
  <message>
   <source>Tell me when</source>
   <translation>Tell me when</translation>
  </message>
  <message>
   <source>The disk is nearly full</source>
   <translation>The disk is nearly full</translation>
  </message>
  <message>
   <source>The oldest file goes when there is one too many.</source>
   <translation>The oldest file goes when there is one too many.</translation>
  </message>
  <message>
   <source>The window opens anew in it.</source>
   <translation>The window opens anew in it.</translation>
  </message>
  <message>
   <source>This &amp;proxy:</source>
   <translation>This &amp;proxy:</translation>
  </message>
  <message>
   <source>Use the s&amp;ystem's proxy</source>
   <translation>Use the s&amp;ystem's proxy</translation>
  </message>
  <message>
   <source>Versions and updates</source>
   <translation>Versions and updates</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Warnings and errors</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>What happens</translation>
  </message>
  <message>
   <source>What is off is neither shown nor listed.</source>
   <translation>What is off is neither shown nor listed.</translation>
  </message>
  <message>
   <source>WhatsApp needs you, as after a logout</source>
   <translation>WhatsApp needs you, as after a logout</translation>
  </message>
  <message>
   <source>When the program &amp;quits</source>
   <translation>When the program &amp;quits</translation>
  </message>
  <message>
   <source>When the program starts. More is faster, and asks more of the computer at once.</source>
   <translation>When the program starts. More is faster, and asks more of the computer at once.</translation>
  </message>
  <message>
   <source>When the window is &amp;closed</source>
   <translation>When the window is &amp;closed</translation>
  </message>
  <message>
   <source>While it is in the &amp;tray, every</source>
   <translation>While it is in the &amp;tray, every</translation>
  </message>
  <message>
   <source>While the &amp;window is shown, read CPU and memory every</source>
   <translation>While the &amp;window is shown, read CPU and memory every</translation>
  </message>
  <message>
   <source>Without a tray, the window stays in the task bar.</source>
   <translation>Without a tray, the window stays in the task bar.</translation>
  </message>
  <message>
   <source>You are told in the status line. Nothing is installed or updated without you.</source>
   <translation>You are told in the status line. Nothing is installed or updated without you.</translation>
  </message>
  <message>
   <source>in each of so many files:</source>
   <translation>in each of so many files:</translation>
  </message>
  <message>
   <source>to</source>
   <translation>to</translation>
  </message>
 </context>
 <context>
  <name>ShortcutKeeper</name>
  <message>
   <source>Take it together with Ctrl or Alt.</source>
   <translation>Take it together with Ctrl or Alt.</translation>
  </message>
  <message>
   <source>{keys} is needed for typing.</source>
   <translation>{keys} is needed for typing.</translation>
  </message>
  <message>
   <source>{keys} leads through the window.</source>
   <translation>{keys} leads through the window.</translation>
  </message>
  <message>
   <source>{text} ({keys})</source>
   <translation>{text} ({keys})</translation>
  </message>
 </context>
 <context>
  <name>ShortcutsDialog</name>
  <message>
   <source>&amp;New keys</source>
   <translation>&amp;New keys</translation>
  </message>
  <message>
   <source>Action</source>
   <translation>Action</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>Actions and their keys</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Default keys</source>
   <translation>Default keys</translation>
  </message>
  <message>
   <source>Default keys for all</source>
   <translation>Default keys for all</translation>
  </message>
  <message>
   <source>Default: {keys}</source>
   <translation>Default: {keys}</translation>
  </message>
  <message>
   <source>In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.</source>
   <translation>In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Keyboard shortcuts</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Keys</translation>
  </message>
  <message>
   <source>New keys</source>
   <translation>New keys</translation>
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation>Search actions and keys</translation>
  </message>
  <message>
   <source>Use these keys</source>
   <translation>Use these keys</translation>
  </message>
  <message>
   <source>none</source>
   <translation>none</translation>
  </message>
  <message>
   <source>{names} has these keys now and would be left without.</source>
   <translation>{names} has these keys now and would be left without.</translation>
  </message>
  <message>
   <source>{name} would have no keys.</source>
   <translation>{name} would have no keys.</translation>
  </message>
 </context>
 <context>
  <name>SnapshotModel</name>
  <message>
   <source>Made</source>
   <translation>Made</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Size</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Why</translation>
  </message>
  <message>
   <source>{reason} (in the trash)</source>
   <translation>{reason} (in the trash)</translation>
  </message>
 </context>
 <context>
  <name>SnapshotTableView</name>
  <message>
   <source>Snapshots</source>
   <translation>Snapshots</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>yesterday 00:00</translation>
  </message>
 </context>
 <context>
  <name>SnapshotsDialog</name>
  <message>
   <source>&amp;Delete…</source>
   <translation>&amp;Delete…</translation>
  </message>
  <message>
   <source>&amp;Make one now</source>
   <translation>&amp;Make one now</translation>
  </message>
  <message>
   <source>&amp;Restore…</source>
   <translation>&amp;Restore…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Copies of its databases: pairing, keys, chats and messages. Media files are not in them.</source>
   <translation>Copies of its databases: pairing, keys, chats and messages. Media files are not in them.</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Delete</translation>
  </message>
  <message>
   <source>Delete the snapshot of {date}?</source>
   <translation>Delete the snapshot of {date}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Deleting</translation>
  </message>
  <message>
   <source>Its {size} are freed. It cannot be brought back.</source>
   <translation>Its {size} are freed. It cannot be brought back.</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Made by hand</translation>
  </message>
  <message>
   <source>Making a snapshot</source>
   <translation>Making a snapshot</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Restore</translation>
  </message>
  <message>
   <source>Restore {name} as it was on {date}?</source>
   <translation>Restore {name} as it was on {date}?</translation>
  </message>
  <message>
   <source>Restoring</source>
   <translation>Restoring</translation>
  </message>
  <message>
   <source>Snapshots of {name}</source>
   <translation>Snapshots of {name}</translation>
  </message>
  <message>
   <source>The newest {count} are kept. Change that in Settings.</source>
   <translation>The newest {count} are kept. Change that in Settings.</translation>
  </message>
  <message>
   <source>The snapshot could not be deleted</source>
   <translation>The snapshot could not be deleted</translation>
  </message>
  <message>
   <source>The snapshot could not be made</source>
   <translation>The snapshot could not be made</translation>
  </message>
  <message>
   <source>The snapshot could not be restored</source>
   <translation>The snapshot could not be restored</translation>
  </message>
  <message>
   <source>The snapshot is deleted.</source>
   <translation>The snapshot is deleted.</translation>
  </message>
  <message>
   <source>The snapshot is made.</source>
   <translation>The snapshot is made.</translation>
  </message>
  <message>
   <source>The snapshot is restored.</source>
   <translation>The snapshot is restored.</translation>
  </message>
  <message>
   <source>There is no snapshot yet. One is made before every change of version, or when you ask for it.</source>
   <translation>There is no snapshot yet. One is made before every change of version, or when you ask for it.</translation>
  </message>
  <message>
   <source>{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is saved first, as a snapshot of its own.</source>
   <translation>{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is saved first, as a snapshot of its own.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} together.</translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Do not mention this version again</source>
   <translation>Do not mention this version again</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>GOWA versions</translation>
  </message>
  <message>
   <source>GOWA {version}</source>
   <translation>GOWA {version}</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progress</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>What is new</translation>
  </message>
  <message>
   <source>What is under way</source>
   <translation>What is under way</translation>
  </message>
 </context>
 <context>
  <name>StopProgress</name>
  <message>
   <source>Don't quit</source>
   <translation>Don't quit</translation>
  </message>
  <message>
   <source>Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.</source>
   <translation>Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progress</translation>
  </message>
  <message>
   <source>Quit anyway</source>
   <translation>Quit anyway</translation>
  </message>
  <message>
   <source>Stopping your instances</source>
   <translation>Stopping your instances</translation>
  </message>
  <message>
   <source>{done} of {count} stopped</source>
   <translation>{done} of {count} stopped</translation>
  </message>
 </context>
 <context>
  <name>SupervisionDialog</name>
  <message>
   <source> MB</source>
   <translation> MB</translation>
  </message>
  <message>
   <source>&amp;Always restart</source>
   <translation>&amp;Always restart</translation>
  </message>
  <message>
   <source>&amp;Limit its memory to</source>
   <translation>&amp;Limit its memory to</translation>
  </message>
  <message>
   <source>&amp;Never restart</source>
   <translation>&amp;Never restart</translation>
  </message>
  <message>
   <source>After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client.</source>
   <translation>After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client.</translation>
  </message>
  <message>
   <source>Gives way to other programs.</source>
   <translation>Gives way to other programs.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>It stays down until you start it.</translation>
  </message>
  <message>
   <source>It takes {memory} now.</source>
   <translation>It takes {memory} now.</translation>
  </message>
  <message>
   <source>Like any other program.</source>
   <translation>Like any other program.</translation>
  </message>
  <message>
   <source>Lo&amp;w</source>
   <translation>Lo&amp;w</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Memory limit in megabytes</source>
   <translation>Memory limit in megabytes</translation>
  </message>
  <message>
   <source>N&amp;ormal</source>
   <translation>N&amp;ormal</translation>
  </message>
  <message>
   <source>Over it for 10 seconds, it is restarted gracefully, at most once an hour.</source>
   <translation>Over it for 10 seconds, it is restarted gracefully, at most once an hour.</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Priority</translation>
  </message>
  <message>
   <source>Restart on &amp;failure (default)</source>
   <translation>Restart on &amp;failure (default)</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Supervision of {count} instances</source>
   <translation>Supervision of {count} instances</translation>
  </message>
  <message>
   <source>Supervision of {name}</source>
   <translation>Supervision of {name}</translation>
  </message>
  <message>
   <source>They differ now; left so, each keeps its own.</source>
   <translation>They differ now; left so, each keeps its own.</translation>
  </message>
  <message>
   <source>Whatever the reason. If another client took its session, the two will throw each other out.</source>
   <translation>Whatever the reason. If another client took its session, the two will throw each other out.</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>When it ends by itself</translation>
  </message>
 </context>
 <context>
  <name>TagChip</name>
  <message>
   <source>Show all with the tag {tag}</source>
   <translation>Show all with the tag {tag}</translation>
  </message>
 </context>
 <context>
  <name>TagsDialog</name>
  <message>
   <source>&amp;Add</source>
   <translation>&amp;Add</translation>
  </message>
  <message>
   <source>New tag</source>
   <translation>New tag</translation>
  </message>
  <message>
   <source>New tag, several with commas</source>
   <translation>New tag, several with commas</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tags</translation>
  </message>
  <message>
   <source>Tags of {count} instances</source>
   <translation>Tags of {count} instances</translation>
  </message>
  <message>
   <source>Tags of {name}</source>
   <translation>Tags of {name}</translation>
  </message>
  <message>
   <source>There are no tags yet. Write one above.</source>
   <translation>There are no tags yet. Write one above.</translation>
  </message>
 </context>
 <context>
  <name>TemplatesDialog</name>
  <message>
   <source>A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.</source>
   <translation>A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.</translation>
  </message>
  <message>
   <source>Apply to {count} instances…</source>
   <translation>Apply to {count} instances…</translation>
  </message>
  <message>
   <source>Apply to {name}…</source>
   <translation>Apply to {name}…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Delete</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Rename</translation>
  </message>
  <message>
   <source>Save from an instance…</source>
   <translation>Save from an instance…</translation>
  </message>
  <message>
   <source>Save from {name}…</source>
   <translation>Save from {name}…</translation>
  </message>
  <message>
   <source>Templates</source>
   <translation>Templates</translation>
  </message>
  <message>
   <source>There are no templates yet.</source>
   <translation>There are no templates yet.</translation>
  </message>
  <message>
   <source>What the template sets</source>
   <translation>What the template sets</translation>
  </message>
 </context>
 <context>
  <name>TextDialogs</name>
  <message>
   <source>Diagnostics file</source>
   <translation>Diagnostics file</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop</source>
   <translation>Something went wrong inside GOWA Desktop</translation>
  </message>
  <message>
   <source>This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.</source>
   <translation>This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.</translation>
  </message>
  <message>
   <source>Your instances go on running. Copy the details when you report it; secrets are hidden in them.</source>
   <translation>Your instances go on running. Copy the details when you report it; secrets are hidden in them.</translation>
  </message>
 </context>
 <context>
  <name>TrashDialog</name>
  <message>
   <source>&amp;Delete for good…</source>
   <translation>&amp;Delete for good…</translation>
  </message>
  <message>
   <source>&amp;Empty the trash…</source>
   <translation>&amp;Empty the trash…</translation>
  </message>
  <message>
   <source>&amp;Restore</source>
   <translation>&amp;Restore</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Delete for good</source>
   <translation>Delete for good</translation>
  </message>
  <message>
   <source>Delete {who} for good?</source>
   <translation>Delete {who} for good?</translation>
  </message>
  <message>
   <source>The trash is empty.</source>
   <translation>The trash is empty.</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Trash</translation>
  </message>
  <message>
   <source>What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.</source>
   <translation>What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.</translation>
  </message>
  <message>
   <source>WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.</source>
   <translation>WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.</translation>
  </message>
  <message>
   <source>{count} entries</source>
   <translation>{count} entries</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} is back.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} together.</translation>
  </message>
 </context>
 <context>
  <name>TrashModel</name>
  <message>
   <source>Data, reset</source>
   <translation>Data, reset</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Deleted</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instance</translation>
  </message>
  <message>
   <source>Kept until</source>
   <translation>Kept until</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Size</translation>
  </message>
  <message>
   <source>What</source>
   <translation>What</translation>
  </message>
  <message>
   <source>{name}, {version}, port {port}</source>
   <translation>{name}, {version}, port {port}</translation>
  </message>
 </context>
 <context>
  <name>TrashTableView</name>
  <message>
   <source>Data, reset</source>
   <translation>Data, reset</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Trash</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>yesterday 00:00</translation>
  </message>
 </context>
 <context>
  <name>TrayDesk</name>
  <message>
   <source>This desktop shows no tray. When you close this window it stays in the task bar.</source>
   <translation>This desktop shows no tray. When you close this window it stays in the task bar.</translation>
  </message>
 </context>
 <context>
  <name>TrayMenu</name>
  <message>
   <source>Open window</source>
   <translation>Open window</translation>
  </message>
  <message>
   <source>Quit…</source>
   <translation>Quit…</translation>
  </message>
  <message>
   <source>Start all</source>
   <translation>Start all</translation>
  </message>
  <message>
   <source>Stop all…</source>
   <translation>Stop all…</translation>
  </message>
 </context>
 <context>
  <name>UniqueMemory</name>
  <message>
   <source>Measure unique memory</source>
   <translation>Measure unique memory</translation>
  </message>
  <message>
   <source>Measuring…</source>
   <translation>Measuring…</translation>
  </message>
  <message>
   <source>The memory that would be free if this instance ended: what its processes share with other programs is left out. Measuring looks at every page of its memory, so it is done only when you ask.</source>
   <translation>The memory that would be free if this instance ended: what its processes share with other programs is left out. Measuring looks at every page of its memory, so it is done only when you ask.</translation>
  </message>
  <message>
   <source>The system does not tell it.</source>
   <translation>The system does not tell it.</translation>
  </message>
  <message>
   <source>Unique memory</source>
   <translation>Unique memory</translation>
  </message>
  <message>
   <source>Unique memory: {text}</source>
   <translation>Unique memory: {text}</translation>
  </message>
 </context>
 <context>
  <name>UnsavedDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Discard</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Save</translation>
  </message>
  <message>
   <source>Save the changed settings?</source>
   <translation>Save the changed settings?</translation>
  </message>
  <message>
   <source>The settings of {names} were edited but not saved. Without saving, the edits are lost.</source>
   <translation>The settings of {names} were edited but not saved. Without saving, the edits are lost.</translation>
  </message>
 </context>
 <context>
  <name>UpdateDesk</name>
  <message>
   <source>Updating</source>
   <translation>Updating</translation>
  </message>
  <message>
   <source>Updating {count} instances</source>
   <translation>Updating {count} instances</translation>
  </message>
  <message>
   <source>Updating {name}</source>
   <translation>Updating {name}</translation>
  </message>
 </context>
 <context>
  <name>UpdateDialog</name>
  <message>
   <source>&amp;Back</source>
   <translation>&amp;Back</translation>
  </message>
  <message>
   <source>&amp;Earlier updates</source>
   <translation>&amp;Earlier updates</translation>
  </message>
  <message>
   <source>&amp;Next</source>
   <translation>&amp;Next</translation>
  </message>
  <message>
   <source>&amp;Update {who}</source>
   <translation>&amp;Update {who}</translation>
  </message>
  <message>
   <source>A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot.</source>
   <translation>A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot.</translation>
  </message>
  <message>
   <source>Afterwards</source>
   <translation>Afterwards</translation>
  </message>
  <message>
   <source>Beginning</source>
   <translation>Beginning</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Choose the instances to update.</source>
   <translation>Choose the instances to update.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Downloading GOWA {version}</source>
   <translation>Downloading GOWA {version}</translation>
  </message>
  <message>
   <source>Step {number} of 3</source>
   <translation>Step {number} of 3</translation>
  </message>
  <message>
   <source>Update GOWA</source>
   <translation>Update GOWA</translation>
  </message>
  <message>
   <source>Update instances</source>
   <translation>Update instances</translation>
  </message>
  <message>
   <source>Updates</source>
   <translation>Updates</translation>
  </message>
  <message>
   <source>Updating to GOWA {version}</source>
   <translation>Updating to GOWA {version}</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>What is kept and what is lost</translation>
  </message>
  <message>
   <source>You can close this window; the update goes on and the status line shows it. Cancel ends it between two steps: what has been updated stays so.</source>
   <translation>You can close this window; the update goes on and the status line shows it. Cancel ends it between two steps: what has been updated stays so.</translation>
  </message>
  <message>
   <source>{name} goes first; the others follow only when it is well.</source>
   <translation>{name} goes first; the others follow only when it is well.</translation>
  </message>
  <message>
   <source>{version}, installed</source>
   <translation>{version}, installed</translation>
  </message>
  <message>
   <source>{version}, is downloaded first</source>
   <translation>{version}, is downloaded first</translation>
  </message>
 </context>
 <context>
  <name>UpdateRunner</name>
  <message>
   <source>GOWA {version} could not be installed.</source>
   <translation>GOWA {version} could not be installed.</translation>
  </message>
  <message>
   <source>Show the report</source>
   <translation>Show the report</translation>
  </message>
  <message>
   <source>The update to GOWA {version} could not begin</source>
   <translation>The update to GOWA {version} could not begin</translation>
  </message>
 </context>
 <context>
  <name>UsageView</name>
  <message>
   <source>Charts of CPU, memory and disk</source>
   <translation>Charts of CPU, memory and disk</translation>
  </message>
 </context>
 <context>
  <name>VersionDesk</name>
  <message>
   <source>Installing GOWA {version}</source>
   <translation>Installing GOWA {version}</translation>
  </message>
  <message>
   <source>Installing {count} versions</source>
   <translation>Installing {count} versions</translation>
  </message>
 </context>
 <context>
  <name>VersionDetails</name>
  <message>
   <source>&amp;Install</source>
   <translation>&amp;Install</translation>
  </message>
  <message>
   <source>&amp;Use for instances…</source>
   <translation>&amp;Use for instances…</translation>
  </message>
  <message>
   <source>Checked</source>
   <translation>Checked</translation>
  </message>
  <message>
   <source>Checked against the checksums of its release.</source>
   <translation>Checked against the checksums of its release.</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Installed</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Installing</translation>
  </message>
  <message>
   <source>Re&amp;move…</source>
   <translation>Re&amp;move…</translation>
  </message>
  <message>
   <source>Release notes</source>
   <translation>Release notes</translation>
  </message>
  <message>
   <source>Release notes come with the list of releases. Refresh it to read them.</source>
   <translation>Release notes come with the list of releases. Refresh it to read them.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Source</translation>
  </message>
  <message>
   <source>There was no checksum to check it against.</source>
   <translation>There was no checksum to check it against.</translation>
  </message>
  <message>
   <source>This release has no notes.</source>
   <translation>This release has no notes.</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Used by</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Waiting</translation>
  </message>
  <message>
   <source>released {date}</source>
   <translation>released {date}</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} more</translation>
  </message>
  <message>
   <source>{size} to download</source>
   <translation>{size} to download</translation>
  </message>
 </context>
 <context>
  <name>VersionImport</name>
  <message>
   <source>All files (*)</source>
   <translation>All files (*)</translation>
  </message>
  <message>
   <source>GOWA release (*.zip)</source>
   <translation>GOWA release (*.zip)</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} is ready.</translation>
  </message>
  <message>
   <source>Import GOWA version</source>
   <translation>Import GOWA version</translation>
  </message>
  <message>
   <source>Importing {file}</source>
   <translation>Importing {file}</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>This version was installed already.</translation>
  </message>
  <message>
   <source>{file} could not be imported</source>
   <translation>{file} could not be imported</translation>
  </message>
 </context>
 <context>
  <name>VersionModel</name>
  <message>
   <source>Checked</source>
   <translation>Checked</translation>
  </message>
  <message>
   <source>Released</source>
   <translation>Released</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Size</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Source</translation>
  </message>
  <message>
   <source>State</source>
   <translation>State</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Used by</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
 </context>
 <context>
  <name>VersionRemoval</name>
  <message>
   <source>GOWA {version} cannot be removed now</source>
   <translation>GOWA {version} cannot be removed now</translation>
  </message>
  <message>
   <source>It is used by {names}.</source>
   <translation>It is used by {names}.</translation>
  </message>
  <message>
   <source>Move them to another version first, or delete them.</source>
   <translation>Move them to another version first, or delete them.</translation>
  </message>
  <message>
   <source>Remove GOWA {version}?</source>
   <translation>Remove GOWA {version}?</translation>
  </message>
  <message>
   <source>Remove {version}</source>
   <translation>Remove {version}</translation>
  </message>
  <message>
   <source>This frees {size}. It is not in the list of releases, so you need its file to install it again.</source>
   <translation>This frees {size}. It is not in the list of releases, so you need its file to install it again.</translation>
  </message>
  <message>
   <source>This frees {size}. You can install it again while its release can be downloaded.</source>
   <translation>This frees {size}. You can install it again while its release can be downloaded.</translation>
  </message>
 </context>
 <context>
  <name>VersionRunner</name>
  <message>
   <source>GOWA {version} could not be installed</source>
   <translation>GOWA {version} could not be installed</translation>
  </message>
  <message>
   <source>GOWA {version} could not be removed</source>
   <translation>GOWA {version} could not be removed</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} is ready.</translation>
  </message>
  <message>
   <source>GOWA {version} was removed.</source>
   <translation>GOWA {version} was removed.</translation>
  </message>
  <message>
   <source>Not every old version could be removed</source>
   <translation>Not every old version could be removed</translation>
  </message>
  <message>
   <source>Old versions were removed.</source>
   <translation>Old versions were removed.</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Try again</translation>
  </message>
 </context>
 <context>
  <name>VersionTableView</name>
  <message>
   <source>Downloaded</source>
   <translation>Downloaded</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>GOWA versions</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Not for this computer</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Not verified</translation>
  </message>
 </context>
 <context>
  <name>VersionTagDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancel</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Import</translation>
  </message>
  <message>
   <source>The name {file} does not say it. Write the version as on GOWA's release page.</source>
   <translation>The name {file} does not say it. Write the version as on GOWA's release page.</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>Which GOWA version is this?</source>
   <translation>Which GOWA version is this?</translation>
  </message>
 </context>
 <context>
  <name>VersionsWindow</name>
  <message>
   <source>&amp;Clean up…</source>
   <translation>&amp;Clean up…</translation>
  </message>
  <message>
   <source>&amp;Refresh</source>
   <translation>&amp;Refresh</translation>
  </message>
  <message>
   <source>All {count}</source>
   <translation>All {count}</translation>
  </message>
  <message>
   <source>Cancel the installation</source>
   <translation>Cancel the installation</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>GOWA versions</translation>
  </message>
  <message>
   <source>Import a &amp;file…</source>
   <translation>Import a &amp;file…</translation>
  </message>
  <message>
   <source>Install</source>
   <translation>Install</translation>
  </message>
  <message>
   <source>Installed {count}</source>
   <translation>Installed {count}</translation>
  </message>
  <message>
   <source>Looking for releases…</source>
   <translation>Looking for releases…</translation>
  </message>
  <message>
   <source>No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.</source>
   <translation>No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.</translation>
  </message>
  <message>
   <source>No version is installed. Choose one under All and install it.</source>
   <translation>No version is installed. Choose one under All and install it.</translation>
  </message>
  <message>
   <source>Nothing is installed</source>
   <translation>Nothing is installed</translation>
  </message>
  <message>
   <source>One version takes {size} on the disk</source>
   <translation>One version takes {size} on the disk</translation>
  </message>
  <message>
   <source>Releases looked for {when}</source>
   <translation>Releases looked for {when}</translation>
  </message>
  <message>
   <source>Releases were never looked for</source>
   <translation>Releases were never looked for</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Remove…</translation>
  </message>
  <message>
   <source>Show &amp;pre-releases</source>
   <translation>Show &amp;pre-releases</translation>
  </message>
  <message>
   <source>The list of releases could not be fetched</source>
   <translation>The list of releases could not be fetched</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Try again</translation>
  </message>
  <message>
   <source>Use for instances…</source>
   <translation>Use for instances…</translation>
  </message>
  <message>
   <source>Which versions are shown</source>
   <translation>Which versions are shown</translation>
  </message>
  <message>
   <source>{count} versions take {size} on the disk</source>
   <translation>{count} versions take {size} on the disk</translation>
  </message>
 </context>
 <context>
  <name>ViewActions</name>
  <message>
   <source>Columns</source>
   <translation>Columns</translation>
  </message>
  <message>
   <source>Group by tag</source>
   <translation>Group by tag</translation>
  </message>
  <message>
   <source>Group by version</source>
   <translation>Group by version</translation>
  </message>
  <message>
   <source>No groups</source>
   <translation>No groups</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notes</translation>
  </message>
  <message>
   <source>Only with tag</source>
   <translation>Only with tag</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Show all instances</translation>
  </message>
  <message>
   <source>Show running instances</source>
   <translation>Show running instances</translation>
  </message>
  <message>
   <source>Show what needs attention</source>
   <translation>Show what needs attention</translation>
  </message>
  <message>
   <source>Usual columns</source>
   <translation>Usual columns</translation>
  </message>
 </context>
 <context>
  <name>ViewDesk</name>
  <message>
   <source>CPU curve</source>
   <translation>CPU curve</translation>
  </message>
  <message>
   <source>No instance has a tag yet</source>
   <translation>No instance has a tag yet</translation>
  </message>
  <message>
   <source>The notes were not saved</source>
   <translation>The notes were not saved</translation>
  </message>
 </context>
 <context>
  <name>_MessageRow</name>
  <message>
   <source>Close</source>
   <translation>Close</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Close message</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progress</translation>
  </message>
 </context>
 <context>
  <name>charts</name>
  <message>
   <source>1 h</source>
   <translation>1 h</translation>
  </message>
  <message>
   <source>24 h</source>
   <translation>24 h</translation>
  </message>
  <message>
   <source>30 d</source>
   <translation>30 d</translation>
  </message>
  <message>
   <source>5 min</source>
   <translation>5 min</translation>
  </message>
  <message>
   <source>7 d</source>
   <translation>7 d</translation>
  </message>
  <message>
   <source>90 d</source>
   <translation>90 d</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Choose another folder.</source>
   <translation>Choose another folder.</translation>
  </message>
  <message>
   <source>Crashed</source>
   <translation>Crashed</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memory</translation>
  </message>
  <message>
   <source>Restarted</source>
   <translation>Restarted</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Started</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Stopped</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Updated</translation>
  </message>
  <message>
   <source>of one core</source>
   <translation>of one core</translation>
  </message>
  <message>
   <source>of the machine</source>
   <translation>of the machine</translation>
  </message>
  <message>
   <source>the last 24 hours</source>
   <translation>the last 24 hours</translation>
  </message>
  <message>
   <source>the last 30 days</source>
   <translation>the last 30 days</translation>
  </message>
  <message>
   <source>the last 5 minutes</source>
   <translation>the last 5 minutes</translation>
  </message>
  <message>
   <source>the last 7 days</source>
   <translation>the last 7 days</translation>
  </message>
  <message>
   <source>the last 90 days</source>
   <translation>the last 90 days</translation>
  </message>
  <message>
   <source>the last hour</source>
   <translation>the last hour</translation>
  </message>
  <message>
   <source>{figure} ({low} to {high})</source>
   <translation>{figure} ({low} to {high})</translation>
  </message>
  <message>
   <source>{file} cannot be written: {reason}</source>
   <translation>{file} cannot be written: {reason}</translation>
  </message>
  <message>
   <source>{metric} at most {most} in {time}.</source>
   <translation>{metric} at most {most} in {time}.</translation>
  </message>
  <message>
   <source>{metric} at most {most}.</source>
   <translation>{metric} at most {most}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most} in {time}.</source>
   <translation>{metric} {now} now, at most {most} in {time}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most}.</source>
   <translation>{metric} {now} now, at most {most}.</translation>
  </message>
  <message>
   <source>{name}: {what}, {when}</source>
   <translation>{name}: {what}, {when}</translation>
  </message>
  <message>
   <source>{what}, {when}</source>
   <translation>{what}, {when}</translation>
  </message>
 </context>
 <context>
  <name>crash</name>
  <message>
   <source>, port {port}</source>
   <translation>, port {port}</translation>
  </message>
  <message>
   <source>Changed since it last ran well:</source>
   <translation>Changed since it last ran well:</translation>
  </message>
  <message>
   <source>Port {port} is used by another program</source>
   <translation>Port {port} is used by another program</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>nothing here</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>{name} could not be started</translation>
  </message>
  <message>
   <source>{name} ended unexpectedly</source>
   <translation>{name} ended unexpectedly</translation>
  </message>
  <message>
   <source>{name} keeps failing</source>
   <translation>{name} keeps failing</translation>
  </message>
 </context>
 <context>
  <name>durationWords</name>
  <message>
   <source>day</source>
   <translation>day</translation>
  </message>
  <message>
   <source>days</source>
   <translation>days</translation>
  </message>
  <message>
   <source>hour</source>
   <translation>hour</translation>
  </message>
  <message>
   <source>hours</source>
   <translation>hours</translation>
  </message>
  <message>
   <source>minute</source>
   <translation>minute</translation>
  </message>
  <message>
   <source>minutes</source>
   <translation>minutes</translation>
  </message>
  <message>
   <source>second</source>
   <translation>second</translation>
  </message>
  <message>
   <source>seconds</source>
   <translation>seconds</translation>
  </message>
 </context>
 <context>
  <name>extraOptions</name>
  <message>
   <source>Added to the command as they are, one word in each row. Other users of this computer can see them.</source>
   <translation>Added to the command as they are, one word in each row. Other users of this computer can see them.</translation>
  </message>
  <message>
   <source>Added to the environment of GOWA as they are.</source>
   <translation>Added to the environment of GOWA as they are.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Extra arguments</translation>
  </message>
  <message>
   <source>Extra environment variables</source>
   <translation>Extra environment variables</translation>
  </message>
  <message>
   <source>The port that this instance answers on.</source>
   <translation>The port that this instance answers on.</translation>
  </message>
 </context>
 <context>
  <name>format</name>
  <message>
   <source>today {time}</source>
   <translation>today {time}</translation>
  </message>
  <message>
   <source>yesterday {time}</source>
   <translation>yesterday {time}</translation>
  </message>
  <message>
   <source>{count} bytes</source>
   <translation>{count} bytes</translation>
  </message>
  <message>
   <source>{days} d {hours} h</source>
   <translation>{days} d {hours} h</translation>
  </message>
  <message>
   <source>{hours} h {minutes:02d} m</source>
   <translation>{hours} h {minutes:02d} m</translation>
  </message>
  <message>
   <source>{minutes} min</source>
   <translation>{minutes} min</translation>
  </message>
  <message>
   <source>{seconds} s</source>
   <translation>{seconds} s</translation>
  </message>
 </context>
 <context>
  <name>grouping</name>
  <message>
   <source>No tag</source>
   <translation>No tag</translation>
  </message>
 </context>
 <context>
  <name>monitoring</name>
  <message>
   <source>CPU {cpu}</source>
   <translation>CPU {cpu}</translation>
  </message>
  <message>
   <source>The disk is nearly full: {value} are free, the limit is {limit}.</source>
   <translation>The disk is nearly full: {value} are free, the limit is {limit}.</translation>
  </message>
  <message>
   <source>WhatsApp sessions</source>
   <translation>WhatsApp sessions</translation>
  </message>
  <message>
   <source>chats</source>
   <translation>chats</translation>
  </message>
  <message>
   <source>disk {free} free</source>
   <translation>disk {free} free</translation>
  </message>
  <message>
   <source>logs</source>
   <translation>logs</translation>
  </message>
  <message>
   <source>media</source>
   <translation>media</translation>
  </message>
  <message>
   <source>memory {used} of {total}</source>
   <translation>memory {used} of {total}</translation>
  </message>
  <message>
   <source>mostly {part}</source>
   <translation>mostly {part}</translation>
  </message>
  <message>
   <source>other files</source>
   <translation>other files</translation>
  </message>
  <message>
   <source>this computer: {parts}</source>
   <translation>this computer: {parts}</translation>
  </message>
  <message>
   <source>{name}: CPU {value} of one core, the limit is {limit}.</source>
   <translation>{name}: CPU {value} of one core, the limit is {limit}.</translation>
  </message>
  <message>
   <source>{name}: folder {value}, the limit is {limit}.</source>
   <translation>{name}: folder {value}, the limit is {limit}.</translation>
  </message>
  <message>
   <source>{name}: memory {value}, the limit is {limit}.</source>
   <translation>{name}: memory {value}, the limit is {limit}.</translation>
  </message>
  <message>
   <source>{size} together</source>
   <translation>{size} together</translation>
  </message>
  <message>
   <source>{size} {part}</source>
   <translation>{size} {part}</translation>
  </message>
 </context>
 <context>
  <name>notice</name>
  <message>
   <source>GOWA {version} is available · Install</source>
   <translation>GOWA {version} is available · Install</translation>
  </message>
  <message>
   <source>GOWA {version} is available · Update…</source>
   <translation>GOWA {version} is available · Update…</translation>
  </message>
  <message>
   <source>One instance uses an older GOWA · Update…</source>
   <translation>One instance uses an older GOWA · Update…</translation>
  </message>
  <message>
   <source>{count} instances use an older GOWA · Update…</source>
   <translation>{count} instances use an older GOWA · Update…</translation>
  </message>
 </context>
 <context>
  <name>progress</name>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} of {total}</translation>
  </message>
  <message>
   <source>{duration} left</source>
   <translation>{duration} left</translation>
  </message>
  <message>
   <source>{percent} %</source>
   <translation>{percent} %</translation>
  </message>
  <message>
   <source>{size}/s</source>
   <translation>{size}/s</translation>
  </message>
 </context>
 <context>
  <name>reasons</name>
  <message>
   <source>Not possible now.</source>
   <translation>Not possible now.</translation>
  </message>
  <message>
   <source>Not possible now: {who}.</source>
   <translation>Not possible now: {who}.</translation>
  </message>
  <message>
   <source>Not running: {who}.</source>
   <translation>Not running: {who}.</translation>
  </message>
  <message>
   <source>Running already: {who}.</source>
   <translation>Running already: {who}.</translation>
  </message>
  <message>
   <source>Select an instance first.</source>
   <translation>Select an instance first.</translation>
  </message>
  <message>
   <source>Select one instance alone.</source>
   <translation>Select one instance alone.</translation>
  </message>
  <message>
   <source>Simulated, so there is nothing to keep: {who}.</source>
   <translation>Simulated, so there is nothing to keep: {who}.</translation>
  </message>
  <message>
   <source>The data folder is only looked at now.</source>
   <translation>The data folder is only looked at now.</translation>
  </message>
  <message>
   <source>Wait until {who} has stopped.</source>
   <translation>Wait until {who} has stopped.</translation>
  </message>
  <message>
   <source>Wait until {who} is no longer busy.</source>
   <translation>Wait until {who} is no longer busy.</translation>
  </message>
  <message>
   <source>Without a process to end: {who}.</source>
   <translation>Without a process to end: {who}.</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instances</translation>
  </message>
 </context>
 <context>
  <name>status</name>
  <message>
   <source>CPU {cpu} of one core</source>
   <translation>CPU {cpu} of one core</translation>
  </message>
  <message>
   <source>Closed in the settings, open until it is restarted.</source>
   <translation>Closed in the settings, open until it is restarted.</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Failed</translation>
  </message>
  <message>
   <source>Failed, next try in {duration}</source>
   <translation>Failed, next try in {duration}</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>No instances yet</translation>
  </message>
  <message>
   <source>Not yet: from its next start on.</source>
   <translation>Not yet: from its next start on.</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Restarting</translation>
  </message>
  <message>
   <source>Retry in {duration}</source>
   <translation>Retry in {duration}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Retrying</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Running</translation>
  </message>
  <message>
   <source>Running for {duration}</source>
   <translation>Running for {duration}</translation>
  </message>
  <message>
   <source>Running for {duration}, not answering</source>
   <translation>Running for {duration}, not answering</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Running, not answering</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Starting</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Stopped</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Stopping</translation>
  </message>
  <message>
   <source>Stopping, {seconds} s</source>
   <translation>Stopping, {seconds} s</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Waiting</translation>
  </message>
  <message>
   <source>Working</source>
   <translation>Working</translation>
  </message>
  <message>
   <source>memory {memory}</source>
   <translation>memory {memory}</translation>
  </message>
  <message>
   <source>port {port}</source>
   <translation>port {port}</translation>
  </message>
  <message>
   <source>simulator</source>
   <translation>simulator</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} of {count} running</translation>
  </message>
 </context>
 <context>
  <name>tray</name>
  <message>
   <source>1 more in the window…</source>
   <translation>1 more in the window…</translation>
  </message>
  <message>
   <source>1 needs attention</source>
   <translation>1 needs attention</translation>
  </message>
  <message>
   <source>GOWA Desktop: no instances yet.</source>
   <translation>GOWA Desktop: no instances yet.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.</source>
   <translation>GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}.</source>
   <translation>GOWA Desktop: {running} of {count} running, {name} is {state}.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running.</source>
   <translation>GOWA Desktop: {running} of {count} running.</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>No instances yet</translation>
  </message>
  <message>
   <source>Not answering</source>
   <translation>Not answering</translation>
  </message>
  <message>
   <source>{count} more in the window…</source>
   <translation>{count} more in the window…</translation>
  </message>
  <message>
   <source>{count} need attention</source>
   <translation>{count} need attention</translation>
  </message>
  <message>
   <source>{name} · {state}</source>
   <translation>{name} · {state}</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} of {count} running</translation>
  </message>
 </context>
 <context>
  <name>update</name>
  <message>
   <source>A snapshot of before is kept. You find it under Snapshots in the menu of the instance.</source>
   <translation>A snapshot of before is kept. You find it under Snapshots in the menu of the instance.</translation>
  </message>
  <message>
   <source>As it was</source>
   <translation>As it was</translation>
  </message>
  <message>
   <source>Changing the version</source>
   <translation>Changing the version</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Done</translation>
  </message>
  <message>
   <source>Everything is kept</source>
   <translation>Everything is kept</translation>
  </message>
  <message>
   <source>Going back</source>
   <translation>Going back</translation>
  </message>
  <message>
   <source>Has its old version again</source>
   <translation>Has its old version again</translation>
  </message>
  <message>
   <source>Has this version already</source>
   <translation>Has this version already</translation>
  </message>
  <message>
   <source>Look at what receives your webhooks: their form changed with v8.</source>
   <translation>Look at what receives your webhooks: their form changed with v8.</translation>
  </message>
  <message>
   <source>Needs you</source>
   <translation>Needs you</translation>
  </message>
  <message>
   <source>Nothing has to be paired. If a phone asks for it all the same, scan the code as usual.</source>
   <translation>Nothing has to be paired. If a phone asks for it all the same, scan the code as usual.</translation>
  </message>
  <message>
   <source>Older version, everything is kept</source>
   <translation>Older version, everything is kept</translation>
  </message>
  <message>
   <source>Pairing stays, chats begin anew</source>
   <translation>Pairing stays, chats begin anew</translation>
  </message>
  <message>
   <source>Programs that read chats through the API see new messages only. Do not expect the old ones.</source>
   <translation>Programs that read chats through the API see new messages only. Do not expect the old ones.</translation>
  </message>
  <message>
   <source>Returning to the old version</source>
   <translation>Returning to the old version</translation>
  </message>
  <message>
   <source>Saving a snapshot</source>
   <translation>Saving a snapshot</translation>
  </message>
  <message>
   <source>See that WhatsApp still accepts the older version: the instance must say that it is connected.</source>
   <translation>See that WhatsApp still accepts the older version: the instance must say that it is connected.</translation>
  </message>
  <message>
   <source>Send a message to one of the numbers and see that it arrives where you expect it.</source>
   <translation>Send a message to one of the numbers and see that it arrives where you expect it.</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Starting</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Stopping</translation>
  </message>
  <message>
   <source>The update needs you</source>
   <translation>The update needs you</translation>
  </message>
  <message>
   <source>The update was not finished</source>
   <translation>The update was not finished</translation>
  </message>
  <message>
   <source>The update was taken back</source>
   <translation>The update was taken back</translation>
  </message>
  <message>
   <source>The update went well</source>
   <translation>The update went well</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Updated</translation>
  </message>
  <message>
   <source>Updating</source>
   <translation>Updating</translation>
  </message>
  <message>
   <source>Waits for its turn</source>
   <translation>Waits for its turn</translation>
  </message>
  <message>
   <source>Watching whether it is well</source>
   <translation>Watching whether it is well</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instances</translation>
  </message>
 </context>
 <context>
  <name>verbs</name>
  <message>
   <source>Delete {who}</source>
   <translation>Delete {who}</translation>
  </message>
  <message>
   <source>Delete {who}?</source>
   <translation>Delete {who}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Deleting</translation>
  </message>
  <message>
   <source>Deleting {count} instances</source>
   <translation>Deleting {count} instances</translation>
  </message>
  <message>
   <source>Edits of its settings that are not saved are lost.</source>
   <translation>Edits of its settings that are not saved are lost.</translation>
  </message>
  <message>
   <source>Ending now</source>
   <translation>Ending now</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Force kill</translation>
  </message>
  <message>
   <source>Force kill {who}?</source>
   <translation>Force kill {who}?</translation>
  </message>
  <message>
   <source>Forcing {count} instances to end</source>
   <translation>Forcing {count} instances to end</translation>
  </message>
  <message>
   <source>GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.</source>
   <translation>GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, version and settings stay. The phone must be paired again.</source>
   <translation>It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, version and settings stay. The phone must be paired again.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days.</translation>
  </message>
  <message>
   <source>Reset data</source>
   <translation>Reset data</translation>
  </message>
  <message>
   <source>Reset the data of {who}?</source>
   <translation>Reset the data of {who}?</translation>
  </message>
  <message>
   <source>Resetting data</source>
   <translation>Resetting data</translation>
  </message>
  <message>
   <source>Resetting the data of {count} instances</source>
   <translation>Resetting the data of {count} instances</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Restarting</translation>
  </message>
  <message>
   <source>Restarting {count} instances</source>
   <translation>Restarting {count} instances</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Starting</translation>
  </message>
  <message>
   <source>Starting {count} instances</source>
   <translation>Starting {count} instances</translation>
  </message>
  <message>
   <source>Stop {who}</source>
   <translation>Stop {who}</translation>
  </message>
  <message>
   <source>Stop {who}?</source>
   <translation>Stop {who}?</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Stopping</translation>
  </message>
  <message>
   <source>Stopping {count} instances</source>
   <translation>Stopping {count} instances</translation>
  </message>
  <message>
   <source>The data of {count} instances was moved to the trash for 7 days.</source>
   <translation>The data of {count} instances was moved to the trash for 7 days.</translation>
  </message>
  <message>
   <source>The data of {failed} of {count} instances could not be reset</source>
   <translation>The data of {failed} of {count} instances could not be reset</translation>
  </message>
  <message>
   <source>The data of {name} could not be reset</source>
   <translation>The data of {name} could not be reset</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, versions and settings stay. The phones must be paired again.</source>
   <translation>They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, versions and settings stay. The phones must be paired again.</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days.</translation>
  </message>
  <message>
   <source>They finish what they are doing and then send and receive nothing until you start them again.</source>
   <translation>They finish what they are doing and then send and receive nothing until you start them again.</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Waiting</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instances</translation>
  </message>
  <message>
   <source>{count} instances forced to end.</source>
   <translation>{count} instances forced to end.</translation>
  </message>
  <message>
   <source>{count} instances moved to the trash for 7 days.</source>
   <translation>{count} instances moved to the trash for 7 days.</translation>
  </message>
  <message>
   <source>{count} instances restarted.</source>
   <translation>{count} instances restarted.</translation>
  </message>
  <message>
   <source>{count} instances started.</source>
   <translation>{count} instances started.</translation>
  </message>
  <message>
   <source>{count} instances stopped.</source>
   <translation>{count} instances stopped.</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be deleted</source>
   <translation>{failed} of {count} instances could not be deleted</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be forced to end</source>
   <translation>{failed} of {count} instances could not be forced to end</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be restarted</source>
   <translation>{failed} of {count} instances could not be restarted</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be started</source>
   <translation>{failed} of {count} instances could not be started</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be stopped</source>
   <translation>{failed} of {count} instances could not be stopped</translation>
  </message>
  <message>
   <source>{name} could not be deleted</source>
   <translation>{name} could not be deleted</translation>
  </message>
  <message>
   <source>{name} could not be forced to end</source>
   <translation>{name} could not be forced to end</translation>
  </message>
  <message>
   <source>{name} could not be restarted</source>
   <translation>{name} could not be restarted</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>{name} could not be started</translation>
  </message>
  <message>
   <source>{name} could not be stopped</source>
   <translation>{name} could not be stopped</translation>
  </message>
 </context>
 <context>
  <name>versions</name>
  <message>
   <source>Available</source>
   <translation>Available</translation>
  </message>
  <message>
   <source>Downloaded</source>
   <translation>Downloaded</translation>
  </message>
  <message>
   <source>Imported</source>
   <translation>Imported</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Installed</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Installing</translation>
  </message>
  <message>
   <source>Instances that use the latest version start with this one.</source>
   <translation>Instances that use the latest version start with this one.</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Not for this computer</translation>
  </message>
  <message>
   <source>Not there yet</source>
   <translation>Not there yet</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Not verified</translation>
  </message>
  <message>
   <source>Pre-release</source>
   <translation>Pre-release</translation>
  </message>
  <message>
   <source>The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.</source>
   <translation>The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.</translation>
  </message>
  <message>
   <source>This release has no file for this computer.</source>
   <translation>This release has no file for this computer.</translation>
  </message>
  <message>
   <source>Verified</source>
   <translation>Verified</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} and {count} more</translation>
  </message>
 </context>
</TS>
