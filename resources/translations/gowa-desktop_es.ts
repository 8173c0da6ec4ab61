<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es_ES" sourcelanguage="en_US">
 <context>
  <name>AboutDialog</name>
  <message>
   <source>About GOWA Desktop</source>
   <translation>Acerca de GOWA Desktop</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Components and their licences</source>
   <translation>Componentes y sus licencias</translation>
  </message>
  <message>
   <source>Copy version and system</source>
   <translation>Copiar versión y sistema</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Licencia</translation>
  </message>
  <message>
   <source>Made of, and on these terms</source>
   <translation>De qué está hecho y en qué condiciones</translation>
  </message>
  <message>
   <source>Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence.</source>
   <translation>Ejecuta, vigila y mantiene en marcha los servidores GOWA de la API de WhatsApp en este equipo. Licencia MIT.</translation>
  </message>
  <message>
   <source>The text of the licence does not lie beside this copy of the program.</source>
   <translation>El texto de la licencia no está junto a esta copia del programa.</translation>
  </message>
  <message>
   <source>What it runs on</source>
   <translation>En qué se ejecuta</translation>
  </message>
 </context>
 <context>
  <name>Actions</name>
  <message>
   <source>About GOWA Desktop…</source>
   <translation>Acerca de GOWA Desktop…</translation>
  </message>
  <message>
   <source>Alerts…</source>
   <translation>Alertas…</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>Todas las instancias lado a lado</translation>
  </message>
  <message>
   <source>Command palette…</source>
   <translation>Paleta de órdenes…</translation>
  </message>
  <message>
   <source>Copy URL</source>
   <translation>Copiar URL</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Eliminar…</translation>
  </message>
  <message>
   <source>Diagnostics file…</source>
   <translation>Archivo de diagnóstico…</translation>
  </message>
  <message>
   <source>Disk and media…</source>
   <translation>Disco y multimedia…</translation>
  </message>
  <message>
   <source>Force kill…</source>
   <translation>Forzar cierre…</translation>
  </message>
  <message>
   <source>GOWA versions…</source>
   <translation>Versiones de GOWA…</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Ayuda</translation>
  </message>
  <message>
   <source>Import GOWA version…</source>
   <translation>Importar versión de GOWA…</translation>
  </message>
  <message>
   <source>Keyboard shortcuts…</source>
   <translation>Atajos de teclado…</translation>
  </message>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Registro de GOWA Desktop</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Registros de todas las instancias</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Instancia nueva</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>Abrir carpeta</translation>
  </message>
  <message>
   <source>Open in browser</source>
   <translation>Abrir en el navegador</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Salir</translation>
  </message>
  <message>
   <source>Reset data…</source>
   <translation>Restablecer datos…</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Buscar</translation>
  </message>
  <message>
   <source>Self-test…</source>
   <translation>Autocomprobación…</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Ajustes…</translation>
  </message>
  <message>
   <source>Snapshots…</source>
   <translation>Copias instantáneas…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Detener</translation>
  </message>
  <message>
   <source>Supervision…</source>
   <translation>Supervisión…</translation>
  </message>
  <message>
   <source>Tags…</source>
   <translation>Etiquetas…</translation>
  </message>
  <message>
   <source>Trash…</source>
   <translation>Papelera…</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Deshacer</translation>
  </message>
  <message>
   <source>Update GOWA…</source>
   <translation>Actualizar GOWA…</translation>
  </message>
 </context>
 <context>
  <name>AfterwardsPage</name>
  <message>
   <source>I have read what is kept and what is lost</source>
   <translation>He leído qué se conserva y qué se pierde</translation>
  </message>
  <message>
   <source>What to do afterwards</source>
   <translation>Qué hacer después</translation>
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
   <translation>&amp;CPU de un núcleo</translation>
  </message>
  <message>
   <source>&amp;Folder on the disk</source>
   <translation>Carpeta en el &amp;disco</translation>
  </message>
  <message>
   <source>&amp;Memory</source>
   <translation>&amp;Memoria</translation>
  </message>
  <message>
   <source>Alerts</source>
   <translation>Alertas</translation>
  </message>
  <message>
   <source>All instances</source>
   <translation>Todas las instancias</translation>
  </message>
  <message>
   <source>CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab.</source>
   <translation>CPU y memoria son promedios de ese tiempo. Una alerta se muestra como notificación, en la tabla y en la pestaña Gráficos.</translation>
  </message>
  <message>
   <source>F&amp;or</source>
   <translation>P&amp;ara</translation>
  </message>
  <message>
   <source>F&amp;ree room on the disk</source>
   <translation>Espacio lib&amp;re en el disco</translation>
  </message>
  <message>
   <source>For which instances</source>
   <translation>Para qué instancias</translation>
  </message>
  <message>
   <source>Nothing is too much now.</source>
   <translation>Ahora nada es excesivo.</translation>
  </message>
  <message>
   <source>Nothing is watched yet. Choose a limit below.</source>
   <translation>Aún no se vigila nada. Elija un límite abajo.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Too much now</source>
   <translation>Excesivo ahora</translation>
  </message>
  <message>
   <source>What counts as too much</source>
   <translation>Qué se considera excesivo</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>y {count} más</translation>
  </message>
 </context>
 <context>
  <name>ApplyTemplateDialog</name>
  <message>
   <source>Apply</source>
   <translation>Aplicar</translation>
  </message>
  <message>
   <source>Apply a template to {count} instances</source>
   <translation>Aplicar una plantilla a {count} instancias</translation>
  </message>
  <message>
   <source>Apply a template to {name}</source>
   <translation>Aplicar una plantilla a {name}</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Guárdela de nuevo desde una instancia.</translation>
  </message>
  <message>
   <source>Template</source>
   <translation>Plantilla</translation>
  </message>
  <message>
   <source>This template cannot be read.</source>
   <translation>No se puede leer esta plantilla.</translation>
  </message>
 </context>
 <context>
  <name>BulkEditDialog</name>
  <message>
   <source>Change a setting of {count} instances</source>
   <translation>Cambiar un ajuste de {count} instancias</translation>
  </message>
  <message>
   <source>Change a setting of {name}</source>
   <translation>Cambiar un ajuste de {name}</translation>
  </message>
  <message>
   <source>Put it &amp;back to the default</source>
   <translation>&amp;Volver al valor predeterminado</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Ajuste</translation>
  </message>
  <message>
   <source>Setting to change</source>
   <translation>Ajuste que se cambia</translation>
  </message>
  <message>
   <source>They differ now.</source>
   <translation>Ahora difieren.</translation>
  </message>
 </context>
 <context>
  <name>ChangeModel</name>
  <message>
   <source>Instance</source>
   <translation>Instancia</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Nuevo</translation>
  </message>
  <message>
   <source>Not possible</source>
   <translation>No es posible</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Ahora</translation>
  </message>
  <message>
   <source>Other settings</source>
   <translation>Otros ajustes</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Ajuste</translation>
  </message>
  <message>
   <source>Skipped. {reason}</source>
   <translation>Se omitió. {reason}</translation>
  </message>
  <message>
   <source>Stays as it is</source>
   <translation>Queda como está</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>cambiado</translation>
  </message>
  <message>
   <source>{name}: {setting}, now {old}, new {new}</source>
   <translation>{name}: {setting}, ahora {old}, nuevo {new}</translation>
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
   <translation>Qué cambia</translation>
  </message>
 </context>
 <context>
  <name>ChartFiles</name>
  <message>
   <source>All instances side by side</source>
   <translation>Todas las instancias lado a lado</translation>
  </message>
  <message>
   <source>Export and more</source>
   <translation>Exportar y más</translation>
  </message>
  <message>
   <source>Export figures</source>
   <translation>Exportar cifras</translation>
  </message>
  <message>
   <source>Export figures (CSV)…</source>
   <translation>Exportar cifras (CSV)…</translation>
  </message>
  <message>
   <source>Export picture</source>
   <translation>Exportar imagen</translation>
  </message>
  <message>
   <source>Export picture (PNG)…</source>
   <translation>Exportar imagen (PNG)…</translation>
  </message>
  <message>
   <source>Pictures (*.png)</source>
   <translation>Imágenes (*.png)</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>Tablas (*.csv)</translation>
  </message>
  <message>
   <source>The figures are in {file}.</source>
   <translation>Las cifras están en {file}.</translation>
  </message>
  <message>
   <source>The picture is in {file}.</source>
   <translation>La imagen está en {file}.</translation>
  </message>
 </context>
 <context>
  <name>ChartsTab</name>
  <message>
   <source>Back to now</source>
   <translation>Volver a ahora</translation>
  </message>
  <message>
   <source>CPU of the machine</source>
   <translation>CPU del equipo</translation>
  </message>
  <message>
   <source>Charts of CPU, memory and disk. {summary}</source>
   <translation>Gráficos de CPU, memoria y disco. {summary}</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Cuánto tiempo se muestra</translation>
  </message>
  <message>
   <source>No history yet.
None of them ran in {time}. Choose a longer time above.</source>
   <translation>Aún no hay historial.
Ninguna estuvo en ejecución en {time}. Elija arriba un tiempo más largo.</translation>
  </message>
  <message>
   <source>No history yet.
The first figures come within a few seconds.</source>
   <translation>Aún no hay historial.
Las primeras cifras llegan en unos segundos.</translation>
  </message>
  <message>
   <source>No history yet.
{name} did not run in {time}. Start it, or choose a longer time above.</source>
   <translation>Aún no hay historial.
{name} no estuvo en ejecución en {time}. Iníciela o elija arriba un tiempo más largo.</translation>
  </message>
  <message>
   <source>Off: 100 % is one core. On: 100 % is all cores of this computer.</source>
   <translation>Desactivado: 100 % es un núcleo. Activado: 100 % son todos los núcleos de este equipo.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparando los gráficos…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>The first {shown} of {count} selected instances are shown.</source>
   <translation>Se muestran las primeras {shown} de {count} instancias seleccionadas.</translation>
  </message>
 </context>
 <context>
  <name>ChoosePage</name>
  <message>
   <source>Choose &amp;all</source>
   <translation>Elegir &amp;todo</translation>
  </message>
  <message>
   <source>Choose n&amp;one</source>
   <translation>No elegir n&amp;ada</translation>
  </message>
  <message>
   <source>Update to &amp;version</source>
   <translation>Actualizar a la &amp;versión</translation>
  </message>
  <message>
   <source>Version to update to</source>
   <translation>Versión a la que se actualiza</translation>
  </message>
 </context>
 <context>
  <name>CleanDialog</name>
  <message>
   <source> days</source>
   <translation> días</translation>
  </message>
  <message>
   <source>&amp;Clean up</source>
   <translation>&amp;Limpiar</translation>
  </message>
  <message>
   <source>&amp;Delete received media by itself once they are older than</source>
   <translation>Eliminar por sí solo los archivos multimedia reci&amp;bidos con más de</translation>
  </message>
  <message>
   <source>1 file</source>
   <translation>1 archivo</translation>
  </message>
  <message>
   <source>1 file could not be removed.</source>
   <translation>No se pudo quitar 1 archivo.</translation>
  </message>
  <message>
   <source>1 file is gone; {size} are free again.</source>
   <translation>Se eliminó 1 archivo; vuelven a estar libres {size}.</translation>
  </message>
  <message>
   <source>1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>Ahora se elimina 1 archivo, {size}. No se puede recuperar. Los chats y la sesión de WhatsApp quedan.</translation>
  </message>
  <message>
   <source>1 file, {size}, is older than {days} days. It is of {when}.</source>
   <translation>1 archivo, {size}, tiene más de {days} días. Es de {when}.</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Cambiado</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Días</translation>
  </message>
  <message>
   <source>Delete media</source>
   <translation>Eliminar multimedia</translation>
  </message>
  <message>
   <source>Delete received media of {name}?</source>
   <translation>¿Eliminar los archivos multimedia recibidos de {name}?</translation>
  </message>
  <message>
   <source>Delete them &amp;now…</source>
   <translation>Eliminarlos a&amp;hora…</translation>
  </message>
  <message>
   <source>Disk of {name}</source>
   <translation>Disco de {name}</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Buscando…</translation>
  </message>
  <message>
   <source>No received media are older than {days} days.</source>
   <translation>No hay archivos multimedia recibidos de más de {days} días.</translation>
  </message>
  <message>
   <source>Received media</source>
   <translation>Multimedia recibida</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamaño</translation>
  </message>
  <message>
   <source>The folder has not been measured yet.</source>
   <translation>La carpeta aún no se ha medido.</translation>
  </message>
  <message>
   <source>The largest files that would go</source>
   <translation>Los archivos más grandes que se eliminarían</translation>
  </message>
  <message>
   <source>The largest of them</source>
   <translation>Los más grandes</translation>
  </message>
  <message>
   <source>There is nothing to clean up.</source>
   <translation>No hay nada que limpiar.</translation>
  </message>
  <message>
   <source>What nobody misses</source>
   <translation>Lo que nadie echará de menos</translation>
  </message>
  <message>
   <source>WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.</source>
   <translation>Las sesiones de WhatsApp y los chats no se tocan nunca. Los enlaces a archivos multimedia eliminados en mensajes antiguos no llevan a ninguna parte.</translation>
  </message>
  <message>
   <source>{count} files</source>
   <translation>{count} archivos</translation>
  </message>
  <message>
   <source>{count} files are gone; {size} are free again.</source>
   <translation>Se eliminaron {count} archivos; vuelven a estar libres {size}.</translation>
  </message>
  <message>
   <source>{count} files could not be removed.</source>
   <translation>No se pudieron quitar {count} archivos.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>Ahora se eliminan {count} archivos, {size}. No se pueden recuperar. Los chats y la sesión de WhatsApp quedan.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are older than {days} days. The oldest is of {when}.</source>
   <translation>{count} archivos, {size}, tienen más de {days} días. El más antiguo es de {when}.</translation>
  </message>
  <message>
   <source>{files}, {size}: dumps of the history, second copies of images, old QR pictures.</source>
   <translation>{files}, {size}: volcados del historial, segundas copias de imágenes, imágenes QR antiguas.</translation>
  </message>
 </context>
 <context>
  <name>CleanUpDialog</name>
  <message>
   <source>&amp;Keep the newest</source>
   <translation>&amp;Conservar las más recientes</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Limpiar versiones</translation>
  </message>
  <message>
   <source>Nothing to remove.</source>
   <translation>No hay nada que quitar.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Quitar</translation>
  </message>
  <message>
   <source>Removes {versions} and frees {size}.</source>
   <translation>Quita {versions} y libera {size}.</translation>
  </message>
  <message>
   <source>Versions that an instance uses stay in any case.</source>
   <translation>Las versiones que usa una instancia quedan en todo caso.</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} más</translation>
  </message>
 </context>
 <context>
  <name>CloseQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>GOWA Desktop can stay in the tray: its icon shows how your instances are, and a click on it brings the window back.</source>
   <translation>GOWA Desktop puede quedarse en la bandeja: su icono muestra cómo están sus instancias y, con un clic, la ventana vuelve.</translation>
  </message>
  <message>
   <source>Keep GOWA Desktop at hand?</source>
   <translation>¿Tener GOWA Desktop a mano?</translation>
  </message>
  <message>
   <source>Keep in task bar</source>
   <translation>Dejar en la barra de tareas</translation>
  </message>
  <message>
   <source>Keep in tray</source>
   <translation>Dejar en la bandeja</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Salir</translation>
  </message>
  <message>
   <source>This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.</source>
   <translation>Este escritorio no tiene bandeja, así que GOWA Desktop puede quedarse en la barra de tareas: con un clic allí, la ventana vuelve.</translation>
  </message>
  <message>
   <source>Your instances keep running either way, unless you choose to stop them when you quit.</source>
   <translation>Sus instancias siguen en ejecución en ambos casos, salvo que decida detenerlas al salir.</translation>
  </message>
 </context>
 <context>
  <name>CommandLine</name>
  <message>
   <source>(After a restart.)</source>
   <translation>(Después de un reinicio).</translation>
  </message>
  <message>
   <source>(Until it is restarted.)</source>
   <translation>(Hasta que se reinicie).</translation>
  </message>
  <message>
   <source>(in the trash, for seven days at most)</source>
   <translation>(en la papelera, siete días como máximo)</translation>
  </message>
  <message>
   <source>--json goes with a command or with --self-test.</source>
   <translation>--json va con una orden o con --self-test.</translation>
  </message>
  <message>
   <source>--screenshot goes with --self-test.</source>
   <translation>--screenshot va con --self-test.</translation>
  </message>
  <message>
   <source>--then goes with the window.</source>
   <translation>--then va con la ventana.</translation>
  </message>
  <message>
   <source>A command cannot be combined with a way to start the program.</source>
   <translation>Una orden no se puede combinar con una forma de iniciar el programa.</translation>
  </message>
  <message>
   <source>A name and --all do not go together.</source>
   <translation>Un nombre y --all no van juntos.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Agregue --yes para hacerlo.</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Dirección</translation>
  </message>
  <message>
   <source>As of {checked_at}.</source>
   <translation>Consultado el {checked_at}.</translation>
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
   <translation>Compruebe la ruta después de --data-dir o inicie GOWA Desktop una vez con ella.</translation>
  </message>
  <message>
   <source>Checksum</source>
   <translation>Suma</translation>
  </message>
  <message>
   <source>Choose another with --data-dir.</source>
   <translation>Elija otra con --data-dir.</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Creada</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Eliminado</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>Ends by itself</source>
   <translation>Si termina sola</translation>
  </message>
  <message>
   <source>Error</source>
   <translation>Error</translation>
  </message>
  <message>
   <source>Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs also work while it is not running.</source>
   <translation>Códigos de salida: 0 hecho, 1 falló en una instancia o más, 2 uso incorrecto, 3 GOWA Desktop no está en ejecución; con --json cada error tiene un código. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list y logs también funcionan cuando no está en ejecución.</translation>
  </message>
  <message>
   <source>Exposed</source>
   <translation>Expuesta</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Con error</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>Archivos</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Carpeta</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Goes</source>
   <translation>Se borra</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instalada</translation>
  </message>
  <message>
   <source>JSON carries everything, a .env what GOWA itself can read</source>
   <translation>JSON lo lleva todo; un .env, lo que el propio GOWA puede leer</translation>
  </message>
  <message>
   <source>Key</source>
   <translation>Clave</translation>
  </message>
  <message>
   <source>Kill which instance?</source>
   <translation>¿Qué instancia hay que terminar a la fuerza?</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Registros</translation>
  </message>
  <message>
   <source>Made</source>
   <translation>Creada</translation>
  </message>
  <message>
   <source>Meaning</source>
   <translation>Significado</translation>
  </message>
  <message>
   <source>Media</source>
   <translation>Multimedia</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Límite de memoria</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>Name one after --data-dir, or leave it out.</source>
   <translation>Indique una después de --data-dir u omítala.</translation>
  </message>
  <message>
   <source>Names and --all do not go together.</source>
   <translation>Los nombres y --all no van juntos.</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Ninguna línea coincide.</translation>
  </message>
  <message>
   <source>No releases are known yet. Ask for them with: gowa-desktop versions available --refresh</source>
   <translation>Aún no se conoce ninguna publicación. Consúltelas con: gowa-desktop versions available --refresh</translation>
  </message>
  <message>
   <source>No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE</source>
   <translation>Aún no hay ninguna versión de GOWA instalada. Obtenga una con: gowa-desktop versions install latest, o gowa-desktop versions import FILE</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Nothing was updated yet. Begin with: gowa-desktop update NAME</source>
   <translation>Aún no se ha actualizado nada. Empiece con: gowa-desktop update NAME</translation>
  </message>
  <message>
   <source>Option</source>
   <translation>Opción</translation>
  </message>
  <message>
   <source>Over: {sentence}</source>
   <translation>Ya pasó: {sentence}</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Puerto</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridad</translation>
  </message>
  <message>
   <source>Process</source>
   <translation>Proceso</translation>
  </message>
  <message>
   <source>Processes</source>
   <translation>Procesos</translation>
  </message>
  <message>
   <source>Published</source>
   <translation>Publicada</translation>
  </message>
  <message>
   <source>Restart which instance?</source>
   <translation>¿Qué instancia hay que reiniciar?</translation>
  </message>
  <message>
   <source>Retry in {time}</source>
   <translation>Reintento en {time}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Reintentando</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window.</source>
   <translation>Ejecute, vigile y mantenga activos los servidores de API de WhatsApp GOWA en su propio equipo. Sin una orden: la ventana.</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>En ejecución</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>En ejecución, no responde</translation>
  </message>
  <message>
   <source>See {program} --help.</source>
   <translation>Consulte {program} --help.</translation>
  </message>
  <message>
   <source>See {prog} --help.</source>
   <translation>Consulte {prog} --help.</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sesiones</translation>
  </message>
  <message>
   <source>Set GOWA_DESKTOP_DEBUG=1 to see the details.</source>
   <translation>Defina GOWA_DESKTOP_DEBUG=1 para ver los detalles.</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamaño</translation>
  </message>
  <message>
   <source>Snapshot</source>
   <translation>Copia</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop: {summary}.</source>
   <translation>Algo salió mal dentro de GOWA Desktop: {summary}.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origen</translation>
  </message>
  <message>
   <source>Start it with: gowa-desktop start {name}</source>
   <translation>Iníciela con: gowa-desktop start {name}</translation>
  </message>
  <message>
   <source>Start which instance?</source>
   <translation>¿Qué instancia hay que iniciar?</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Estado</translation>
  </message>
  <message>
   <source>Stop which instance?</source>
   <translation>¿Qué instancia hay que detener?</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Detenida</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Deteniendo</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>The command line is wrong: {problem}.</source>
   <translation>La línea de órdenes es incorrecta: {problem}.</translation>
  </message>
  <message>
   <source>The data folder can be used now.</source>
   <translation>Ahora se puede usar la carpeta de datos.</translation>
  </message>
  <message>
   <source>The data folder is empty.</source>
   <translation>El nombre de la carpeta de datos está vacío.</translation>
  </message>
  <message>
   <source>The data folder {path} cannot be read: {strerror}.</source>
   <translation>La carpeta de datos {path} no se puede leer: {strerror}.</translation>
  </message>
  <message>
   <source>The details are in {place}.</source>
   <translation>Los detalles están en {place}.</translation>
  </message>
  <message>
   <source>The logs of which instance?</source>
   <translation>¿Los registros de qué instancia?</translation>
  </message>
  <message>
   <source>The output could not be written ({strerror}). Make room where it goes, and try again.</source>
   <translation>No se pudo escribir la salida ({strerror}). Libera espacio donde va y vuelve a intentarlo.</translation>
  </message>
  <message>
   <source>The program ended before it was over.</source>
   <translation>El programa terminó antes de que acabara.</translation>
  </message>
  <message>
   <source>The trash is empty. What is deleted stays there for 7 days.</source>
   <translation>La papelera está vacía. Lo que se elimina permanece allí 7 días.</translation>
  </message>
  <message>
   <source>There are no instances yet. Create one with: gowa-desktop create NAME</source>
   <translation>Aún no hay instancias. Cree una con: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME</source>
   <translation>Aún no hay copias instantáneas de esta instancia. Cree una con: gowa-desktop snapshots create NAME</translation>
  </message>
  <message>
   <source>There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE</source>
   <translation>Aún no hay plantillas. Guarde una con: gowa-desktop config templates save NAME TEMPLATE</translation>
  </message>
  <message>
   <source>There is no data folder {data_dir}.</source>
   <translation>No existe la carpeta de datos {data_dir}.</translation>
  </message>
  <message>
   <source>This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}.</source>
   <translation>Este equipo: CPU {cpu} de {cores} núcleos, memoria {memory} de {memory_total}, disco {free} libres de {disk_total}.</translation>
  </message>
  <message>
   <source>This would delete {name} with its data, its WhatsApp session included.</source>
   <translation>Esto eliminaría {name} con sus datos, incluida su sesión de WhatsApp.</translation>
  </message>
  <message>
   <source>This would move the data of {name}, its WhatsApp session included, to the trash.</source>
   <translation>Esto movería los datos de {name}, incluida su sesión de WhatsApp, a la papelera.</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>Hilos</translation>
  </message>
  <message>
   <source>Unique</source>
   <translation>Exclusiva</translation>
  </message>
  <message>
   <source>Update which instance?</source>
   <translation>¿Qué instancia hay que actualizar?</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Tiempo activo</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>En uso por</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Valor</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
  <message>
   <source>Wanted</source>
   <translation>Deseado</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Qué</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Motivo</translation>
  </message>
  <message>
   <source>Write {program} logs NAME, or {program2} logs --all.</source>
   <translation>Escriba {program} logs NAME, o {program2} logs --all.</translation>
  </message>
  <message>
   <source>Write {program} {verb} NAME, or {program2} {verb2} --all.</source>
   <translation>Escriba {program} {verb} NAME, o {program2} {verb2} --all.</translation>
  </message>
  <message>
   <source>a release zip of GOWA, or its program</source>
   <translation>un zip de una publicación de GOWA o su programa</translation>
  </message>
  <message>
   <source>all instances</source>
   <translation>todas las instancias</translation>
  </message>
  <message>
   <source>all its tags, with commas between them; empty for none</source>
   <translation>todas sus etiquetas, separadas por comas; vacío para ninguna</translation>
  </message>
  <message>
   <source>all logs as one, GOWA Desktop's own among them</source>
   <translation>todos los registros como uno solo, incluido el de GOWA Desktop</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>siempre se reinicia</translation>
  </message>
  <message>
   <source>an installed version, such as v9.2.0; without it the highest</source>
   <translation>una versión instalada, como v9.2.0; si falta, la más alta</translation>
  </message>
  <message>
   <source>an option, such as debug=true; repeat it for lists</source>
   <translation>una opción, como debug=true; repítala para listas</translation>
  </message>
  <message>
   <source>another name</source>
   <translation>otro nombre</translation>
  </message>
  <message>
   <source>apply a template to instances; what it does not name stays</source>
   <translation>aplica una plantilla a instancias; lo que no nombra se queda como está</translation>
  </message>
  <message>
   <source>argument {name}: {problem}</source>
   <translation>argumento {name}: {problem}</translation>
  </message>
  <message>
   <source>ask the release server now</source>
   <translation>consulta ahora el servidor de publicaciones</translation>
  </message>
  <message>
   <source>bring the databases of an instance back to what they were</source>
   <translation>devuelve las bases de datos de una instancia a como estaban</translation>
  </message>
  <message>
   <source>change the name of an instance, its tags and notes, and how it is supervised</source>
   <translation>cambia el nombre de una instancia, sus etiquetas y notas, y cómo se supervisa</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>órdenes</translation>
  </message>
  <message>
   <source>copy settings of one instance to others; the port and the database addresses stay</source>
   <translation>copia los ajustes de una instancia a otras; el puerto y las direcciones de las bases de datos no cambian</translation>
  </message>
  <message>
   <source>create an instance</source>
   <translation>crea una instancia</translation>
  </message>
  <message>
   <source>delete a snapshot</source>
   <translation>elimina una copia instantánea</translation>
  </message>
  <message>
   <source>delete a template; instances keep what they have</source>
   <translation>elimina una plantilla; las instancias conservan lo que tienen</translation>
  </message>
  <message>
   <source>delete an instance with its data</source>
   <translation>elimina una instancia con sus datos</translation>
  </message>
  <message>
   <source>delete something of the trash for good</source>
   <translation>elimina algo de la papelera para siempre</translation>
  </message>
  <message>
   <source>do it</source>
   <translation>hacerlo</translation>
  </message>
  <message>
   <source>do it even where chats are set aside</source>
   <translation>hacerlo aunque se aparten chats</translation>
  </message>
  <message>
   <source>do not wait for one instance to do well before the others follow</source>
   <translation>no espera a que una instancia vaya bien antes de seguir con las demás</translation>
  </message>
  <message>
   <source>do the main job with a simulated GOWA, print each step with its time and end</source>
   <translation>hace el trabajo principal con un GOWA simulado, muestra cada paso con su tiempo y termina</translation>
  </message>
  <message>
   <source>download a version, check it and install it</source>
   <translation>descarga una versión, la comprueba y la instala</translation>
  </message>
  <message>
   <source>end instances at once, without waiting for open requests</source>
   <translation>termina instancias de inmediato, sin esperar las peticiones abiertas</translation>
  </message>
  <message>
   <source>end the instances as well; the next start brings them back</source>
   <translation>termina también las instancias; el próximo inicio las recupera</translation>
  </message>
  <message>
   <source>end the program; instances keep running</source>
   <translation>termina el programa; las instancias siguen en ejecución</translation>
  </message>
  <message>
   <source>equal</source>
   <translation>igual</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>se esperaba al menos un argumento</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>se esperaba un argumento como máximo</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>se esperaba un argumento</translation>
  </message>
  <message>
   <source>folder with the instances; every folder has a program of its own</source>
   <translation>carpeta con las instancias; cada carpeta tiene su propio programa</translation>
  </message>
  <message>
   <source>give a template another name</source>
   <translation>da otro nombre a una plantilla</translation>
  </message>
  <message>
   <source>go on with what comes, until Ctrl-C</source>
   <translation>continúa con lo que llegue, hasta Ctrl-C</translation>
  </message>
  <message>
   <source>how many of the newest to keep; without it 3</source>
   <translation>cuántas de las más nuevas se conservan; si falta, 3</translation>
  </message>
  <message>
   <source>ignored explicit argument {value}</source>
   <translation>argumento explícito ignorado {value}</translation>
  </message>
  <message>
   <source>install a version from a file</source>
   <translation>instala una versión desde un archivo</translation>
  </message>
  <message>
   <source>installed</source>
   <translation>instalada</translation>
  </message>
  <message>
   <source>instance</source>
   <translation>instancia</translation>
  </message>
  <message>
   <source>invalid choice: {value} (choose from {choices})</source>
   <translation>opción no válida: {value} (elija entre {choices})</translation>
  </message>
  <message>
   <source>invalid {kind} value: {value}</source>
   <translation>valor {kind} no válido: {value}</translation>
  </message>
  <message>
   <source>its data</source>
   <translation>sus datos</translation>
  </message>
  <message>
   <source>its new name</source>
   <translation>su nuevo nombre</translation>
  </message>
  <message>
   <source>keep colours and GOWA's own words; secrets stay hidden</source>
   <translation>conserva los colores y las palabras de GOWA; los secretos siguen ocultos</translation>
  </message>
  <message>
   <source>list all instances</source>
   <translation>lista todas las instancias</translation>
  </message>
  <message>
   <source>list pre-releases, too</source>
   <translation>lista también las versiones preliminares</translation>
  </message>
  <message>
   <source>list the installed versions</source>
   <translation>lista las versiones instaladas</translation>
  </message>
  <message>
   <source>list the snapshots of an instance</source>
   <translation>lista las copias instantáneas de una instancia</translation>
  </message>
  <message>
   <source>list the templates and what they set</source>
   <translation>lista las plantillas y lo que establecen</translation>
  </message>
  <message>
   <source>list the versions that can be installed</source>
   <translation>lista las versiones que se pueden instalar</translation>
  </message>
  <message>
   <source>list what is in the trash</source>
   <translation>lista lo que hay en la papelera</translation>
  </message>
  <message>
   <source>list, install, import and remove versions of GOWA</source>
   <translation>lista, instala, importa y quita versiones de GOWA</translation>
  </message>
  <message>
   <source>list, make, restore and delete copies of the databases of an instance</source>
   <translation>lista, crea, restaura y elimina copias de las bases de datos de una instancia</translation>
  </message>
  <message>
   <source>list, put back and delete for good what was deleted in the last 7 days</source>
   <translation>lista, recupera y elimina para siempre lo que se eliminó en los últimos 7 días</translation>
  </message>
  <message>
   <source>low</source>
   <translation>baja</translation>
  </message>
  <message>
   <source>low gives way to other programs</source>
   <translation>low cede el paso a otros programas</translation>
  </message>
  <message>
   <source>measure the memory that each has to itself, too; takes a moment</source>
   <translation>mide también la memoria exclusiva de cada una; tarda un momento</translation>
  </message>
  <message>
   <source>move instances to another version, one first, with a way back when it does not do</source>
   <translation>pasa instancias a otra versión, primero una, con vuelta atrás si no va bien</translation>
  </message>
  <message>
   <source>name of the new instance</source>
   <translation>nombre de la nueva instancia</translation>
  </message>
  <message>
   <source>name of the template</source>
   <translation>nombre de la plantilla</translation>
  </message>
  <message>
   <source>name or key of an instance</source>
   <translation>nombre o clave de una instancia</translation>
  </message>
  <message>
   <source>name or key of an instance that gets them</source>
   <translation>nombre o clave de una instancia que los recibe</translation>
  </message>
  <message>
   <source>name or key of an instance; without it all</source>
   <translation>nombre o clave de una instancia; si falta, todas</translation>
  </message>
  <message>
   <source>name or key of the instance</source>
   <translation>nombre o clave de la instancia</translation>
  </message>
  <message>
   <source>name or key of the instance that has them</source>
   <translation>nombre o clave de la instancia que los tiene</translation>
  </message>
  <message>
   <source>name, key or folder, as the list names it; of several the newest</source>
   <translation>nombre, clave o carpeta, como lo llama la lista; de varios, el más nuevo</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>nunca se reinicia</translation>
  </message>
  <message>
   <source>no file for this computer</source>
   <translation>sin archivo para este equipo</translation>
  </message>
  <message>
   <source>none</source>
   <translation>ninguna</translation>
  </message>
  <message>
   <source>not allowed with argument {name}</source>
   <translation>no se permite con el argumento {name}</translation>
  </message>
  <message>
   <source>number of lines</source>
   <translation>número de líneas</translation>
  </message>
  <message>
   <source>one of the arguments {names} is required</source>
   <translation>se necesita uno de los argumentos {names}</translation>
  </message>
  <message>
   <source>only lines of this level or worse</source>
   <translation>solo líneas de este nivel o peor</translation>
  </message>
  <message>
   <source>only lines that fit a regular expression</source>
   <translation>solo líneas que coinciden con una expresión regular</translation>
  </message>
  <message>
   <source>only say what would be done</source>
   <translation>solo dice qué se haría</translation>
  </message>
  <message>
   <source>only show what would change</source>
   <translation>solo muestra qué cambiaría</translation>
  </message>
  <message>
   <source>only this option; repeat it for more</source>
   <translation>solo esta opción; repítala para más</translation>
  </message>
  <message>
   <source>open the window, then start or stop every instance</source>
   <translation>abre la ventana y luego inicia o detiene todas las instancias</translation>
  </message>
  <message>
   <source>options</source>
   <translation>opciones</translation>
  </message>
  <message>
   <source>port; without it a free one</source>
   <translation>puerto; si falta, uno libre</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>argumentos posicionales</translation>
  </message>
  <message>
   <source>pre-release</source>
   <translation>versión preliminar</translation>
  </message>
  <message>
   <source>print the result as JSON</source>
   <translation>muestra el resultado como JSON</translation>
  </message>
  <message>
   <source>print the version</source>
   <translation>muestra la versión</translation>
  </message>
  <message>
   <source>put a deleted instance back, stopped, or the data of one that was reset</source>
   <translation>recupera una instancia eliminada, detenida, o los datos de una que se restableció</translation>
  </message>
  <message>
   <source>put options of an instance back to their defaults</source>
   <translation>devuelve opciones de una instancia a sus valores predeterminados</translation>
  </message>
  <message>
   <source>received media that are older than N days instead</source>
   <translation>en su lugar, multimedia recibida hace más de N días</translation>
  </message>
  <message>
   <source>remove a version that no instance uses</source>
   <translation>quita una versión que ninguna instancia usa</translation>
  </message>
  <message>
   <source>remove old versions that no instance uses</source>
   <translation>quita versiones antiguas que ninguna instancia usa</translation>
  </message>
  <message>
   <source>replace the file if it exists</source>
   <translation>reemplaza el archivo si existe</translation>
  </message>
  <message>
   <source>replace the template if it exists</source>
   <translation>reemplaza la plantilla si existe</translation>
  </message>
  <message>
   <source>restart it when it takes more megabytes; 0 for no limit</source>
   <translation>la reinicia cuando ocupa más megabytes; 0 para no tener límite</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>se reinicia si falla</translation>
  </message>
  <message>
   <source>run without a window until told to end</source>
   <translation>se ejecuta sin ventana hasta que se le pida terminar</translation>
  </message>
  <message>
   <source>save the databases of an instance, also while it runs</source>
   <translation>guarda las bases de datos de una instancia, también mientras se ejecuta</translation>
  </message>
  <message>
   <source>save the settings of an instance as a template</source>
   <translation>guarda los ajustes de una instancia como plantilla</translation>
  </message>
  <message>
   <source>say which files of an instance nobody misses, and with --yes remove them; databases always stay</source>
   <translation>dice qué archivos de una instancia nadie echará de menos y con --yes los quita; las bases de datos siempre se quedan</translation>
  </message>
  <message>
   <source>set options of an instance</source>
   <translation>establece opciones de una instancia</translation>
  </message>
  <message>
   <source>settings with a name, for any number of instances</source>
   <translation>ajustes con nombre, para cualquier número de instancias</translation>
  </message>
  <message>
   <source>show every setting of an instance; * marks what differs from the default</source>
   <translation>muestra todos los ajustes de una instancia; * marca lo que difiere del valor predeterminado</translation>
  </message>
  <message>
   <source>show one instance</source>
   <translation>muestra una instancia</translation>
  </message>
  <message>
   <source>show secrets in clear</source>
   <translation>muestra los secretos a la vista</translation>
  </message>
  <message>
   <source>show the details of an error inside the program</source>
   <translation>muestra los detalles de un error interno del programa</translation>
  </message>
  <message>
   <source>show the window with simulated instances</source>
   <translation>muestra la ventana con instancias simuladas</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>muestra esta ayuda y termina</translation>
  </message>
  <message>
   <source>show what an instance wrote last</source>
   <translation>muestra lo último que escribió una instancia</translation>
  </message>
  <message>
   <source>show what became of the last updates</source>
   <translation>muestra en qué quedaron las últimas actualizaciones</translation>
  </message>
  <message>
   <source>show what instances and this computer use: CPU, memory, processes, open files, folders</source>
   <translation>muestra lo que usan las instancias y este equipo: CPU, memoria, procesos, archivos abiertos, carpetas</translation>
  </message>
  <message>
   <source>show what the settings in a file would change, and with --yes take them over</source>
   <translation>muestra qué cambiarían los ajustes de un archivo y con --yes los aplica</translation>
  </message>
  <message>
   <source>show, change, copy, export and import settings</source>
   <translation>muestra, cambia, copia, exporta e importa ajustes</translation>
  </message>
  <message>
   <source>sign-ins, secrets and tokens too</source>
   <translation>también credenciales, secretos y tokens</translation>
  </message>
  <message>
   <source>start in the tray or the task bar</source>
   <translation>se inicia en la bandeja o la barra de tareas</translation>
  </message>
  <message>
   <source>start instances and wait until they are ready</source>
   <translation>inicia instancias y espera a que estén listas</translation>
  </message>
  <message>
   <source>start it and wait until it is ready</source>
   <translation>la inicia y espera a que esté lista</translation>
  </message>
  <message>
   <source>stop instances</source>
   <translation>detiene instancias</translation>
  </message>
  <message>
   <source>stop instances and start them again</source>
   <translation>detiene instancias y las vuelve a iniciar</translation>
  </message>
  <message>
   <source>such as debug, args or env.NAME</source>
   <translation>como debug, args o env.NAME</translation>
  </message>
  <message>
   <source>such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for</source>
   <translation>como debug=true; repita una opción para una lista; args=WORD y env.NAME=VALUE para añadidos; una OPTION sola se pregunta</translation>
  </message>
  <message>
   <source>such as v9.2.0</source>
   <translation>como v9.2.0</translation>
  </message>
  <message>
   <source>such as v9.2.0, or latest</source>
   <translation>como v9.2.0 o latest</translation>
  </message>
  <message>
   <source>take away the data of an instance, its WhatsApp session included</source>
   <translation>quita los datos de una instancia, incluida su sesión de WhatsApp</translation>
  </message>
  <message>
   <source>take them over</source>
   <translation>los aplica</translation>
  </message>
  <message>
   <source>the following arguments are required: {names}</source>
   <translation>se necesitan los siguientes argumentos: {names}</translation>
  </message>
  <message>
   <source>the snapshot, as the list names it; its beginning is enough</source>
   <translation>la copia instantánea, como la llama la lista; basta el principio</translation>
  </message>
  <message>
   <source>the version, when the file's name does not tell it</source>
   <translation>la versión, cuando el nombre del archivo no la dice</translation>
  </message>
  <message>
   <source>the zip to write</source>
   <translation>el zip que se escribe</translation>
  </message>
  <message>
   <source>unrecognized arguments: {words}</source>
   <translation>argumentos desconocidos: {words}</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>uso: </translation>
  </message>
  <message>
   <source>version of GOWA, such as v9.2.0; without it the latest</source>
   <translation>versión de GOWA, como v9.2.0; si falta, la más reciente</translation>
  </message>
  <message>
   <source>what you want to know about it; empty for nothing</source>
   <translation>lo que quiera saber de ella; vacío para nada</translation>
  </message>
  <message>
   <source>where to; a name that ends in .env gives that format</source>
   <translation>a dónde; un nombre que termina en .env da ese formato</translation>
  </message>
  <message>
   <source>whether it is started again when it ends by itself</source>
   <translation>si se vuelve a iniciar cuando termina por sí sola</translation>
  </message>
  <message>
   <source>why it is made</source>
   <translation>por qué se hace</translation>
  </message>
  <message>
   <source>with --self-test: save a picture of the window</source>
   <translation>con --self-test: guarda una imagen de la ventana</translation>
  </message>
  <message>
   <source>write a zip with versions, settings, states, last logs and system facts, secrets hidden</source>
   <translation>escribe un zip con versiones, ajustes, estados, últimos registros y datos del sistema, con los secretos ocultos</translation>
  </message>
  <message>
   <source>write the settings of an instance to a file</source>
   <translation>escribe los ajustes de una instancia en un archivo</translation>
  </message>
  <message>
   <source>written by config export or gowa-manager, or a .env for GOWA</source>
   <translation>escrito por config export o gowa-manager, o un .env para GOWA</translation>
  </message>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} de {total}</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} y {count} más</translation>
  </message>
  <message>
   <source>{name} has written nothing yet.</source>
   <translation>{name} aún no ha escrito nada.</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>faltan {time}</translation>
  </message>
  <message>
   <source>“{text}” is no whole number</source>
   <translation>“{text}” no es un número entero</translation>
  </message>
 </context>
 <context>
  <name>CommandPalette</name>
  <message>
   <source>Command palette</source>
   <translation>Paleta de órdenes</translation>
  </message>
  <message>
   <source>Enter does it, Esc closes.</source>
   <translation>Entrar lo ejecuta, Esc cierra.</translation>
  </message>
  <message>
   <source>Nothing fits. Try fewer letters.</source>
   <translation>Nada coincide. Pruebe con menos letras.</translation>
  </message>
  <message>
   <source>Type what to do, or the name of an instance</source>
   <translation>Escriba qué hacer o el nombre de una instancia</translation>
  </message>
  <message>
   <source>What fits</source>
   <translation>Coincidencias</translation>
  </message>
  <message>
   <source>What to do, or the name of an instance</source>
   <translation>Qué hacer o el nombre de una instancia</translation>
  </message>
  <message>
   <source>not possible now: {reason}</source>
   <translation>no es posible ahora: {reason}</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} de {count}</translation>
  </message>
 </context>
 <context>
  <name>ConditionBar</name>
  <message>
   <source>Lasting problems</source>
   <translation>Problemas persistentes</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Restore now</source>
   <translation>Restaurar ahora</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Reintentar</translation>
  </message>
 </context>
 <context>
  <name>ConfigActions</name>
  <message>
   <source>Change one setting…</source>
   <translation>Cambiar un ajuste…</translation>
  </message>
  <message>
   <source>Copy settings from…</source>
   <translation>Copiar ajustes de…</translation>
  </message>
  <message>
   <source>Export settings…</source>
   <translation>Exportar ajustes…</translation>
  </message>
  <message>
   <source>Import settings…</source>
   <translation>Importar ajustes…</translation>
  </message>
  <message>
   <source>Settings of the instance</source>
   <translation>Ajustes de la instancia</translation>
  </message>
  <message>
   <source>Templates…</source>
   <translation>Plantillas…</translation>
  </message>
 </context>
 <context>
  <name>ConfigDesk</name>
  <message>
   <source>All files (*)</source>
   <translation>Todos los archivos (*)</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Changed for {who}: {what}.</source>
   <translation>Cambiado para {who}: {what}.</translation>
  </message>
  <message>
   <source>Changing settings: {done} of {count}</source>
   <translation>Cambiando ajustes: {done} de {count}</translation>
  </message>
  <message>
   <source>Export settings</source>
   <translation>Exportar ajustes</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Importar ajustes en {name}</translation>
  </message>
  <message>
   <source>It runs with its old settings until it is restarted.</source>
   <translation>Funciona con sus ajustes anteriores hasta que se reinicie.</translation>
  </message>
  <message>
   <source>Not everything could be changed</source>
   <translation>No se pudo cambiar todo</translation>
  </message>
  <message>
   <source>Restart now</source>
   <translation>Reiniciar ahora</translation>
  </message>
  <message>
   <source>Settings ({patterns})</source>
   <translation>Ajustes ({patterns})</translation>
  </message>
  <message>
   <source>Taken back for {who}.</source>
   <translation>Deshecho para {who}.</translation>
  </message>
  <message>
   <source>The settings of {name} are in {path}.</source>
   <translation>Los ajustes de {name} están en {path}.</translation>
  </message>
  <message>
   <source>The template {name} was deleted. Instances keep what they have.</source>
   <translation>Se eliminó la plantilla {name}. Las instancias conservan lo que tienen.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Deshacer</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>y {count} más</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instancias</translation>
  </message>
  <message>
   <source>{count} of them run with their old settings until they are restarted.</source>
   <translation>{count} de ellas funcionan con sus ajustes anteriores hasta que se reinicien.</translation>
  </message>
  <message>
   <source>{count} settings</source>
   <translation>{count} ajustes</translation>
  </message>
 </context>
 <context>
  <name>ConfigDrafts</name>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Corrija el valor e inténtelo de nuevo.</translation>
  </message>
 </context>
 <context>
  <name>ConfigForm</name>
  <message>
   <source>1 setting found</source>
   <translation>1 ajuste encontrado</translation>
  </message>
  <message>
   <source>Extras</source>
   <translation>Adicionales</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Vista previa</translation>
  </message>
  <message>
   <source>Turn on “{switch}” first.</source>
   <translation>Active antes “{switch}”.</translation>
  </message>
  <message>
   <source>{count} settings found</source>
   <translation>{count} ajustes encontrados</translation>
  </message>
 </context>
 <context>
  <name>ConfigureTab</name>
  <message>
   <source>A file .env lies in the folder of this instance and sets {names}.</source>
   <translation>En la carpeta de esta instancia hay un archivo .env que define {names}.</translation>
  </message>
  <message>
   <source>Changed elsewhere too: {names}. Saving overwrites that.</source>
   <translation>También cambió en otro lugar: {names}. Al guardar se sobrescribe.</translation>
  </message>
  <message>
   <source>Changed elsewhere: {names}. Your edits are kept.</source>
   <translation>Cambió en otro lugar: {names}. Sus cambios se conservan.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Importar</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>Aceptar</translation>
  </message>
  <message>
   <source>Set aside</source>
   <translation>Apartar</translation>
  </message>
  <message>
   <source>Use theirs</source>
   <translation>Usar los suyos</translation>
  </message>
  <message>
   <source>nothing that can be read</source>
   <translation>nada que se pueda leer</translation>
  </message>
 </context>
 <context>
  <name>ConfirmDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} y {count} más</translation>
  </message>
 </context>
 <context>
  <name>ConnectSection</name>
  <message>
   <source>Base URL</source>
   <translation>URL base</translation>
  </message>
  <message>
   <source>Connect</source>
   <translation>Conectar</translation>
  </message>
  <message>
   <source>Copy the base URL</source>
   <translation>Copiar la URL base</translation>
  </message>
  <message>
   <source>Copy the curl line</source>
   <translation>Copiar la línea curl</translation>
  </message>
  <message>
   <source>Copy the curl line with its password</source>
   <translation>Copiar la línea curl con su contraseña</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copiar la contraseña</translation>
  </message>
  <message>
   <source>Copy the webhook</source>
   <translation>Copiar el webhook</translation>
  </message>
  <message>
   <source>Hide</source>
   <translation>Ocultar</translation>
  </message>
  <message>
   <source>No password: any program on this computer may use the API</source>
   <translation>Sin contraseña: cualquier programa de este equipo puede usar la API</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Ninguno</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Mostrar</translation>
  </message>
  <message>
   <source>Reveal the password of {user}</source>
   <translation>Mostrar la contraseña de {user}</translation>
  </message>
  <message>
   <source>Sign-in</source>
   <translation>Inicio de sesión</translation>
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
   <translation>Copiado</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Copiar</translation>
  </message>
 </context>
 <context>
  <name>CopyDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;Todos los ajustes</translation>
  </message>
  <message>
   <source>&amp;Chosen settings</source>
   <translation>Ajustes &amp;elegidos</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Copiar</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Copiar desde</translation>
  </message>
  <message>
   <source>Copy settings to {count} instances</source>
   <translation>Copiar ajustes a {count} instancias</translation>
  </message>
  <message>
   <source>Copy settings to {name}</source>
   <translation>Copiar ajustes a {name}</translation>
  </message>
  <message>
   <source>Copy the webhook secret, sign-ins and other &amp;secrets too</source>
   <translation>Copiar también el secreto de los webhooks, las credenciales y otros &amp;secretos</translation>
  </message>
  <message>
   <source>It holds a secret.</source>
   <translation>Contiene un secreto.</translation>
  </message>
  <message>
   <source>Settings to copy</source>
   <translation>Ajustes que se copian</translation>
  </message>
  <message>
   <source>The port always stays: it belongs to the instance.</source>
   <translation>El puerto siempre queda: pertenece a la instancia.</translation>
  </message>
  <message>
   <source>Whoever knows the secrets of one instance then knows those of all.</source>
   <translation>Quien conoce los secretos de una instancia conoce entonces los de todas.</translation>
  </message>
 </context>
 <context>
  <name>CrashCard</name>
  <message>
   <source>Copy report</source>
   <translation>Copiar informe</translation>
  </message>
  <message>
   <source>Copy the report</source>
   <translation>Copiar el informe</translation>
  </message>
  <message>
   <source>Last lines of the log</source>
   <translation>Últimas líneas del registro</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Reintentar ahora</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Mostrar registro</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de nuevo</translation>
  </message>
  <message>
   <source>Undo the changes</source>
   <translation>Deshacer los cambios</translation>
  </message>
  <message>
   <source>Use another port</source>
   <translation>Usar otro puerto</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Usar el puerto {port}</translation>
  </message>
  <message>
   <source>Use the port and the settings with which it last ran well, and start it.</source>
   <translation>Use el puerto y los ajustes con los que funcionó bien por última vez e iníciela.</translation>
  </message>
 </context>
 <context>
  <name>DeletionUndo</name>
  <message>
   <source>Not everything could be put back</source>
   <translation>No se pudo recuperar todo</translation>
  </message>
  <message>
   <source>Putting back: {done} of {count}</source>
   <translation>Recuperando: {done} de {count}</translation>
  </message>
  <message>
   <source>The data of {name} was moved to the trash for 7 days.</source>
   <translation>Los datos de {name} pasaron a la papelera durante 7 días.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Deshacer</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>y {count} más</translation>
  </message>
  <message>
   <source>{count} instances are back.</source>
   <translation>Se recuperaron {count} instancias.</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>Se recuperó {name}.</translation>
  </message>
  <message>
   <source>{name} is not in the trash any more.</source>
   <translation>{name} ya no está en la papelera.</translation>
  </message>
  <message>
   <source>{name} was moved to the trash for 7 days.</source>
   <translation>{name} pasó a la papelera durante 7 días.</translation>
  </message>
 </context>
 <context>
  <name>DiagnosticsDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>Archivos</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Guardar…</translation>
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
   <translation>Suelte el archivo para importar esta versión de GOWA</translation>
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
   <translation>Anteriores</translation>
  </message>
  <message>
   <source>Earlier ends of the instance</source>
   <translation>Finales anteriores de la instancia</translation>
  </message>
 </context>
 <context>
  <name>EmptyState</name>
  <message>
   <source>Create an instance</source>
   <translation>Crear una instancia</translation>
  </message>
  <message>
   <source>GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up.</source>
   <translation>GOWA Desktop ejecuta servidores GOWA en este equipo, los vigila y los mantiene en marcha.</translation>
  </message>
  <message>
   <source>GOWA {version} is installed.</source>
   <translation>GOWA {version} está instalado.</translation>
  </message>
  <message>
   <source>Get GOWA</source>
   <translation>Obtener GOWA</translation>
  </message>
  <message>
   <source>How to pair</source>
   <translation>Cómo vincular</translation>
  </message>
  <message>
   <source>Import a file…</source>
   <translation>Importar un archivo…</translation>
  </message>
  <message>
   <source>Install GOWA</source>
   <translation>Instalar GOWA</translation>
  </message>
  <message>
   <source>Install GOWA {version}</source>
   <translation>Instalar GOWA {version}</translation>
  </message>
  <message>
   <source>Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.</source>
   <translation>Instala la versión publicada más reciente. Sin internet, importe un archivo de versión (.zip) o suéltelo en esta ventana.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Buscando la versión más reciente</translation>
  </message>
  <message>
   <source>New instance…</source>
   <translation>Instancia nueva…</translation>
  </message>
  <message>
   <source>One instance is one server with a port and a WhatsApp session of its own.</source>
   <translation>Una instancia es un servidor con un puerto y una sesión de WhatsApp propios.</translation>
  </message>
  <message>
   <source>Open the running instance in your browser and scan the code with WhatsApp on your phone.</source>
   <translation>Abra la instancia en ejecución en el navegador y escanee el código con WhatsApp en el teléfono.</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Vincule el teléfono</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Reintentar</translation>
  </message>
  <message>
   <source>Try the simulator</source>
   <translation>Probar el simulador</translation>
  </message>
  <message>
   <source>You can also import a file from another computer, or try the simulator.</source>
   <translation>También puede importar un archivo de otro equipo o probar el simulador.</translation>
  </message>
  <message>
   <source>Your first WhatsApp API server in three steps</source>
   <translation>Su primer servidor de API de WhatsApp en tres pasos</translation>
  </message>
 </context>
 <context>
  <name>EnvironmentEditor</name>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>This name stands above already; the last value counts.</source>
   <translation>Este nombre ya está arriba; cuenta el último valor.</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Valor</translation>
  </message>
 </context>
 <context>
  <name>ErrorWindow</name>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Copy the details</source>
   <translation>Copiar los detalles</translation>
  </message>
  <message>
   <source>Details of the error</source>
   <translation>Detalles del error</translation>
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
   <translation>Lo contiene todo, también los argumentos adicionales y los webhooks desactivados.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Elegir archivo…</translation>
  </message>
  <message>
   <source>Export the settings of {name}</source>
   <translation>Exportar los ajustes de {name}</translation>
  </message>
  <message>
   <source>GOWA itself can read it, in a container for example.</source>
   <translation>El propio GOWA puede leerlo, por ejemplo en un contenedor.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {names}.</source>
   <translation>Omitidos porque un .env no puede contenerlos: {names}.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {names}.</source>
   <translation>Omitidos porque contienen secretos: {names}.</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens, readable by whoever has the file.</source>
   <translation>Credenciales, secretos y tokens, que puede leer quien tenga el archivo.</translation>
  </message>
  <message>
   <source>Write &amp;secrets too</source>
   <translation>Escribir también los &amp;secretos</translation>
  </message>
 </context>
 <context>
  <name>ExposureCard</name>
  <message>
   <source>Open to strangers</source>
   <translation>Abierta a extraños</translation>
  </message>
 </context>
 <context>
  <name>FatalError</name>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
 </context>
 <context>
  <name>FieldButtons</name>
  <message>
   <source>Clear the text</source>
   <translation>Borrar el texto</translation>
  </message>
 </context>
 <context>
  <name>FilterSegment</name>
  <message>
   <source>All {count}</source>
   <translation>Todas {count}</translation>
  </message>
  <message>
   <source>Needs attention {count}</source>
   <translation>Requieren atención {count}</translation>
  </message>
  <message>
   <source>Running {count}</source>
   <translation>En ejecución {count}</translation>
  </message>
  <message>
   <source>Which instances are shown</source>
   <translation>Qué instancias se muestran</translation>
  </message>
 </context>
 <context>
  <name>FleetGrid</name>
  <message>
   <source>All instances</source>
   <translation>Todas las instancias</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
 </context>
 <context>
  <name>FleetWindow</name>
  <message>
   <source>&amp;Sort by</source>
   <translation>&amp;Ordenar por</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>Todas las instancias lado a lado</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Cuánto tiempo se muestra</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>No instances yet. Create one in the main window; its curves appear here.</source>
   <translation>Aún no hay instancias. Cree una en la ventana principal; sus curvas aparecen aquí.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparando los gráficos…</translation>
  </message>
  <message>
   <source>Sort by</source>
   <translation>Ordenar por</translation>
  </message>
  <message>
   <source>This computer</source>
   <translation>Este equipo</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instancias</translation>
  </message>
  <message>
   <source>{name}, CPU {cpu} of the machine, memory {memory}</source>
   <translation>{name}, CPU {cpu} del equipo, memoria {memory}</translation>
  </message>
  <message>
   <source>{name}, {state}, CPU {cpu}, memory {memory}</source>
   <translation>{name}, {state}, CPU {cpu}, memoria {memory}</translation>
  </message>
 </context>
 <context>
  <name>FolderPage</name>
  <message>
   <source>&amp;Another folder…</source>
   <translation>&amp;Otra carpeta…</translation>
  </message>
  <message>
   <source>&amp;Copy command</source>
   <translation>&amp;Copiar el comando</translation>
  </message>
  <message>
   <source>&amp;Open folder</source>
   <translation>&amp;Abrir carpeta</translation>
  </message>
  <message>
   <source>Choose a data folder</source>
   <translation>Elegir una carpeta de datos</translation>
  </message>
  <message>
   <source>Command for this folder</source>
   <translation>Comando para esta carpeta</translation>
  </message>
  <message>
   <source>Data folder</source>
   <translation>Carpeta de datos</translation>
  </message>
  <message>
   <source>Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: choose another one to get the command that starts GOWA Desktop with it. To move this one, stop all instances, quit, move it as a whole, and choose its new place here.</source>
   <translation>Las instancias con sus sesiones de WhatsApp, las versiones de GOWA, los registros y estos ajustes. Cada carpeta tiene su propio programa: elige otra para obtener el comando que inicia GOWA Desktop con ella. Para mover esta, detén todas las instancias, sal del programa, muévela entera y elige aquí su nuevo lugar.</translation>
  </message>
 </context>
 <context>
  <name>FormDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
 </context>
 <context>
  <name>FormFrame</name>
  <message>
   <source>Settings</source>
   <translation>Ajustes</translation>
  </message>
 </context>
 <context>
  <name>FormSearch</name>
  <message>
   <source>Search settings</source>
   <translation>Buscar ajustes</translation>
  </message>
 </context>
 <context>
  <name>GiveUpNotice</name>
  <message>
   <source>It is tried again every {minutes} minutes.</source>
   <translation>Se intenta de nuevo cada {minutes} minutos.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Queda detenida hasta que la inicie.</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Mostrar</translation>
  </message>
  <message>
   <source>{name} failed {count} times in {minutes} minutes.</source>
   <translation>{name} falló {count} veces en {minutes} minutos.</translation>
  </message>
 </context>
 <context>
  <name>HeaderBar</name>
  <message>
   <source>Groups, tags and columns</source>
   <translation>Grupos, etiquetas y columnas</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Más acciones</translation>
  </message>
  <message>
   <source>View: groups, tags and columns</source>
   <translation>Vista: grupos, etiquetas y columnas</translation>
  </message>
 </context>
 <context>
  <name>ImportDialog</name>
  <message>
   <source>Import</source>
   <translation>Importar</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Importar ajustes en {name}</translation>
  </message>
  <message>
   <source>The file sets nothing that is different here.</source>
   <translation>El archivo no define nada que aquí sea distinto.</translation>
  </message>
 </context>
 <context>
  <name>InstanceEntry</name>
  <message>
   <source>Open in browser</source>
   <translation>Abrir en el navegador</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Show in window</source>
   <translation>Mostrar en la ventana</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Detener</translation>
  </message>
 </context>
 <context>
  <name>InstanceLinks</name>
  <message>
   <source>{name} has no folder yet. It is made at the first start.</source>
   <translation>{name} aún no tiene carpeta. Se crea en el primer inicio.</translation>
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
   <translation>Curva de CPU</translation>
  </message>
  <message>
   <source>It runs, but did not answer when it was asked last.</source>
   <translation>Está en ejecución, pero no respondió la última vez que se le consultó.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Puerto</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Parte de un núcleo del procesador; más de 100 % significa varios núcleos.</translation>
  </message>
  <message>
   <source>Sign of the state</source>
   <translation>Símbolo del estado</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, no WhatsApp</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Estado</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>This GOWA version is not installed.</source>
   <translation>Esta versión de GOWA no está instalada.</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Tiempo activo</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
 </context>
 <context>
  <name>InstancePanel</name>
  <message>
   <source>Charts</source>
   <translation>Gráficos</translation>
  </message>
  <message>
   <source>Charts •</source>
   <translation>Gráficos •</translation>
  </message>
  <message>
   <source>Charts, something is too much</source>
   <translation>Gráficos, algo es excesivo</translation>
  </message>
  <message>
   <source>Compare in charts</source>
   <translation>Comparar en gráficos</translation>
  </message>
  <message>
   <source>Configure</source>
   <translation>Configurar</translation>
  </message>
  <message>
   <source>Configure •</source>
   <translation>Configurar •</translation>
  </message>
  <message>
   <source>Configure, not saved</source>
   <translation>Configurar, sin guardar</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Registros</translation>
  </message>
  <message>
   <source>Overview</source>
   <translation>Resumen</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Restart to apply: {names}</source>
   <translation>Reiniciar para aplicar: {names}</translation>
  </message>
  <message>
   <source>Select an instance to see how it is.</source>
   <translation>Seleccione una instancia para ver cómo está.</translation>
  </message>
  <message>
   <source>What to see of the instance</source>
   <translation>Qué ver de la instancia</translation>
  </message>
  <message>
   <source>{count} instances compared</source>
   <translation>{count} instancias comparadas</translation>
  </message>
  <message>
   <source>{count} instances selected
{states}</source>
   <translation>{count} instancias seleccionadas
{states}</translation>
  </message>
 </context>
 <context>
  <name>InstanceTableView</name>
  <message>
   <source>Instances</source>
   <translation>Instancias</translation>
  </message>
  <message>
   <source>Stopping, 18 s</source>
   <translation>Deteniendo, 18 s</translation>
  </message>
 </context>
 <context>
  <name>JumpList</name>
  <message>
   <source>Start all</source>
   <translation>Iniciar todas</translation>
  </message>
  <message>
   <source>Stop all</source>
   <translation>Detener todas</translation>
  </message>
 </context>
 <context>
  <name>KeptPage</name>
  <message>
   <source>What else to know</source>
   <translation>Qué más conviene saber</translation>
  </message>
  <message>
   <source>What is kept</source>
   <translation>Qué se conserva</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>Qué se conserva y qué se pierde</translation>
  </message>
  <message>
   <source>What is lost or set aside</source>
   <translation>Qué se pierde o se aparta</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} y {count} más</translation>
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
   <translation>Agregar etiquetas</translation>
  </message>
  <message>
   <source>Add…</source>
   <translation>Agregar…</translation>
  </message>
  <message>
   <source>Change the tags</source>
   <translation>Cambiar las etiquetas</translation>
  </message>
  <message>
   <source>Change…</source>
   <translation>Cambiar…</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Notes, such as whose phone it is. Saved when you leave the field.</source>
   <translation>Notas, como de quién es el teléfono. Se guardan al salir del campo.</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
 </context>
 <context>
  <name>Language</name>
  <message>
   <source>English</source>
   <translation>Inglés</translation>
  </message>
 </context>
 <context>
  <name>LanguageSwitch</name>
  <message>
   <source>The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet.</source>
   <translation>El idioma cambia al abrir GOWA Desktop de nuevo: hay ajustes de una instancia sin guardar.</translation>
  </message>
 </context>
 <context>
  <name>LaunchPreviewView</name>
  <message>
   <source>Command</source>
   <translation>Orden</translation>
  </message>
  <message>
   <source>Copy: {title}</source>
   <translation>Copiar: {title}</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Entorno</translation>
  </message>
  <message>
   <source>This is what GOWA is started with after saving. Passwords and secrets are masked.</source>
   <translation>Con esto se inicia GOWA después de guardar. Las contraseñas y los secretos están ocultos.</translation>
  </message>
 </context>
 <context>
  <name>LeaveDialogs</name>
  <message>
   <source>Remember this; it can be changed in the settings</source>
   <translation>Recordarlo; se puede cambiar en los ajustes</translation>
  </message>
 </context>
 <context>
  <name>Leaving</name>
  <message>
   <source>GOWA Desktop stays open. 1 instance was asked to stop.</source>
   <translation>GOWA Desktop sigue abierto. Se pidió detener 1 instancia.</translation>
  </message>
  <message>
   <source>GOWA Desktop stays open. {count} instances were asked to stop.</source>
   <translation>GOWA Desktop sigue abierto. Se pidió detener {count} instancias.</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de nuevo</translation>
  </message>
 </context>
 <context>
  <name>Legend</name>
  <message>
   <source>Shown: {names}</source>
   <translation>Se muestran: {names}</translation>
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
   <translation>Proceso</translation>
  </message>
  <message>
   <source>answers</source>
   <translation>responde</translation>
  </message>
  <message>
   <source>ended by signal {signal}</source>
   <translation>terminado por la señal {signal}</translation>
  </message>
  <message>
   <source>ended with code {code}</source>
   <translation>terminado con el código {code}</translation>
  </message>
  <message>
   <source>no answer</source>
   <translation>sin respuesta</translation>
  </message>
  <message>
   <source>no answer yet</source>
   <translation>aún sin respuesta</translation>
  </message>
  <message>
   <source>no process yet</source>
   <translation>aún sin proceso</translation>
  </message>
  <message>
   <source>not running</source>
   <translation>no está en ejecución</translation>
  </message>
  <message>
   <source>off</source>
   <translation>desactivado</translation>
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
   <translation>Agregar</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Agregar: {name}</translation>
  </message>
  <message>
   <source>Adds one row for each line of the clipboard</source>
   <translation>Agrega una fila por cada línea del portapapeles</translation>
  </message>
  <message>
   <source>Other…</source>
   <translation>Otro…</translation>
  </message>
  <message>
   <source>Paste lines</source>
   <translation>Pegar líneas</translation>
  </message>
  <message>
   <source>Paste lines: {name}</source>
   <translation>Pegar líneas: {name}</translation>
  </message>
  <message>
   <source>{count} more are kept but not shown.</source>
   <translation>Se conservan {count} más, pero no se muestran.</translation>
  </message>
 </context>
 <context>
  <name>ListRow</name>
  <message>
   <source>Move down: {place}</source>
   <translation>Bajar: {place}</translation>
  </message>
  <message>
   <source>Move up: {place}</source>
   <translation>Subir: {place}</translation>
  </message>
  <message>
   <source>On: {place}</source>
   <translation>Activado: {place}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Quitar: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} de {count}</translation>
  </message>
 </context>
 <context>
  <name>LogDesk</name>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Registro de GOWA Desktop</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Mostrar registro</translation>
  </message>
  <message>
   <source>The diagnostics are in {file}.</source>
   <translation>El diagnóstico está en {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogRowsView</name>
  <message>
   <source>Log lines</source>
   <translation>Líneas del registro</translation>
  </message>
 </context>
 <context>
  <name>LogSearchBar</name>
  <message>
   <source>All levels</source>
   <translation>Todos los niveles</translation>
  </message>
  <message>
   <source>Errors</source>
   <translation>Errores</translation>
  </message>
  <message>
   <source>Info and above</source>
   <translation>Información y superiores</translation>
  </message>
  <message>
   <source>Least level</source>
   <translation>Nivel mínimo</translation>
  </message>
  <message>
   <source>Next (Enter)</source>
   <translation>Siguiente (Entrar)</translation>
  </message>
  <message>
   <source>Previous (Shift+Enter)</source>
   <translation>Anterior (Mayús+Entrar)</translation>
  </message>
  <message>
   <source>Regular expression</source>
   <translation>Expresión regular</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Buscar</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Buscar en el registro</translation>
  </message>
  <message>
   <source>Upper and lower case differ</source>
   <translation>Distinguir mayúsculas y minúsculas</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Advertencias y errores</translation>
  </message>
  <message>
   <source>no expression</source>
   <translation>no es una expresión</translation>
  </message>
  <message>
   <source>{count} found</source>
   <translation>{count} encontrados</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} de {count}</translation>
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
   <translation>Marcador</translation>
  </message>
  <message>
   <source>Copy lines</source>
   <translation>Copiar líneas</translation>
  </message>
  <message>
   <source>Export log</source>
   <translation>Exportar registro</translation>
  </message>
  <message>
   <source>Export with phone numbers…</source>
   <translation>Exportar con números de teléfono…</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Exportar…</translation>
  </message>
  <message>
   <source>Follow</source>
   <translation>Seguir</translation>
  </message>
  <message>
   <source>Follow the end of the log</source>
   <translation>Seguir el final del registro</translation>
  </message>
  <message>
   <source>More about this log</source>
   <translation>Más sobre este registro</translation>
  </message>
  <message>
   <source>Next bookmark</source>
   <translation>Marcador siguiente</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Ninguna línea coincide.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Aún no se escribió nada.</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Buscar en el registro</translation>
  </message>
  <message>
   <source>Show only what is found</source>
   <translation>Mostrar solo lo encontrado</translation>
  </message>
  <message>
   <source>Start of this run</source>
   <translation>Inicio de esta ejecución</translation>
  </message>
  <message>
   <source>Text (*.txt *.log)</source>
   <translation>Texto (*.txt *.log)</translation>
  </message>
  <message>
   <source>The start of this run is not in the log any more.</source>
   <translation>El inicio de esta ejecución ya no está en el registro.</translation>
  </message>
  <message>
   <source>Times in UTC</source>
   <translation>Horas en UTC</translation>
  </message>
  <message>
   <source>Wrap long lines</source>
   <translation>Ajustar líneas largas</translation>
  </message>
  <message>
   <source>reconnects {count}</source>
   <translation>reconexiones {count}</translation>
  </message>
  <message>
   <source>webhook failures {count}</source>
   <translation>fallos de webhook {count}</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} líneas</translation>
  </message>
  <message>
   <source>{count} lines are in {file}.</source>
   <translation>{count} líneas están en {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogWindow</name>
  <message>
   <source>All logs</source>
   <translation>Todos los registros</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instancia</translation>
  </message>
  <message>
   <source>Load older</source>
   <translation>Cargar anteriores</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Registros de todas las instancias</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Ninguna línea coincide.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Aún no se escribió nada.</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} líneas</translation>
  </message>
 </context>
 <context>
  <name>LoginRow</name>
  <message>
   <source>Minimised, and with the instances that should run.</source>
   <translation>Minimizado, y con las instancias que deban estar en ejecución.</translation>
  </message>
  <message>
   <source>Start at &amp;login</source>
   <translation>Iniciar al abrir la se&amp;sión</translation>
  </message>
  <message>
   <source>The system's own settings switched it off. Check this to switch it on again.</source>
   <translation>Los ajustes del sistema lo desactivaron. Marque esto para activarlo de nuevo.</translation>
  </message>
 </context>
 <context>
  <name>LoginsEditor</name>
  <message>
   <source>Password</source>
   <translation>Contraseña</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Usuario</translation>
  </message>
 </context>
 <context>
  <name>MacMenu</name>
  <message>
   <source>Close window</source>
   <translation>Cerrar ventana</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Editar</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Archivo</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Ayuda</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instancia</translation>
  </message>
  <message>
   <source>Minimise</source>
   <translation>Minimizar</translation>
  </message>
  <message>
   <source>View</source>
   <translation>Ver</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Ventana</translation>
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
   <translation>Demostración</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instancias</translation>
  </message>
  <message>
   <source>Opening…</source>
   <translation>Abriendo…</translation>
  </message>
 </context>
 <context>
  <name>ManagerCard</name>
  <message>
   <source>Found gowa-manager data in {folder}.</source>
   <translation>Se encontraron datos de gowa-manager en {folder}.</translation>
  </message>
  <message>
   <source>Use it…</source>
   <translation>Usarlos…</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager in {folder}</source>
   <translation>Usar los datos de gowa-manager en {folder}</translation>
  </message>
 </context>
 <context>
  <name>ManagerDialog</name>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Orden</translation>
  </message>
  <message>
   <source>Copy the command</source>
   <translation>Copiar la orden</translation>
  </message>
  <message>
   <source>It has 1 instance folder.</source>
   <translation>Tiene 1 carpeta de instancia.</translation>
  </message>
  <message>
   <source>It has {count} instance folders.</source>
   <translation>Tiene {count} carpetas de instancias.</translation>
  </message>
  <message>
   <source>Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files and columns of its own, so copy the folder first if you may want to go back.</source>
   <translation>Los nombres, claves, puertos, ajustes, sesiones de WhatsApp y versiones instaladas se conservan donde están. GOWA Desktop añade archivos y columnas propios, así que copie antes la carpeta si quizá quiera volver atrás.</translation>
  </message>
  <message>
   <source>Stop gowa-manager first: two programs must not work on one folder.</source>
   <translation>Detenga antes gowa-manager: dos programas no deben trabajar en la misma carpeta.</translation>
  </message>
  <message>
   <source>Then quit GOWA Desktop and start it with this command:</source>
   <translation>Después salga de GOWA Desktop e inícielo con esta orden:</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager</source>
   <translation>Usar los datos de gowa-manager</translation>
  </message>
  <message>
   <source>gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.</source>
   <translation>gowa-manager está trabajando en esta carpeta. Deténgalo antes: dos programas no deben trabajar en la misma carpeta.</translation>
  </message>
 </context>
 <context>
  <name>MessageBar</name>
  <message>
   <source>Messages</source>
   <translation>Mensajes</translation>
  </message>
 </context>
 <context>
  <name>NewInstanceDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;Todos los ajustes</translation>
  </message>
  <message>
   <source>&amp;GOWA version</source>
   <translation>Versión de &amp;GOWA</translation>
  </message>
  <message>
   <source>&amp;Import GOWA…</source>
   <translation>&amp;Importar GOWA…</translation>
  </message>
  <message>
   <source>&amp;Name</source>
   <translation>&amp;Nombre</translation>
  </message>
  <message>
   <source>&amp;Port</source>
   <translation>&amp;Puerto</translation>
  </message>
  <message>
   <source>&amp;Start it now</source>
   <translation>&amp;Iniciar ahora</translation>
  </message>
  <message>
   <source>&amp;User name</source>
   <translation>Nombre de &amp;usuario</translation>
  </message>
  <message>
   <source>A port is a number.</source>
   <translation>Un puerto es un número.</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automático</translation>
  </message>
  <message>
   <source>Automatic ({port})</source>
   <translation>Automático ({port})</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copiar la contraseña</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Crear</translation>
  </message>
  <message>
   <source>It is downloaded and checked before the instance is created.</source>
   <translation>Se descarga y se comprueba antes de crear la instancia.</translation>
  </message>
  <message>
   <source>Latest ({version})</source>
   <translation>Última ({version})</translation>
  </message>
  <message>
   <source>Leave empty to take the next free port.</source>
   <translation>Dejar vacío para tomar el siguiente puerto libre.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Buscando la versión más reciente</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Instancia nueva</translation>
  </message>
  <message>
   <source>Newest, {version}: install it first</source>
   <translation>La más reciente, {version}: instálela antes</translation>
  </message>
  <message>
   <source>Newest: install it first</source>
   <translation>La más reciente: instálela antes</translation>
  </message>
  <message>
   <source>Only you see it, in this window.</source>
   <translation>Solo tú lo ves, en esta ventana.</translation>
  </message>
  <message>
   <source>P&amp;rotect the API with a password</source>
   <translation>P&amp;roteger la API con una contraseña</translation>
  </message>
  <message>
   <source>Pass&amp;word</source>
   <translation>Cont&amp;raseña</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, no WhatsApp</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA, for trying things out.</source>
   <translation>Esto no es WhatsApp: solo se comporta como GOWA, para hacer pruebas.</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.</source>
   <translation>Esto no es WhatsApp: solo se comporta como GOWA. Instale GOWA para usar WhatsApp.</translation>
  </message>
  <message>
   <source>Type a password without a comma.</source>
   <translation>Escriba una contraseña sin coma.</translation>
  </message>
  <message>
   <source>Type a user name without a colon or a comma.</source>
   <translation>Escriba un nombre de usuario sin dos puntos ni coma.</translation>
  </message>
  <message>
   <source>Type one such as 8001, or leave it empty.</source>
   <translation>Escriba uno como 8001 o déjelo vacío.</translation>
  </message>
  <message>
   <source>You find it again in the instance's details.</source>
   <translation>Se encuentra de nuevo en los detalles de la instancia.</translation>
  </message>
 </context>
 <context>
  <name>NothingFound</name>
  <message>
   <source>Clear the search</source>
   <translation>Borrar la búsqueda</translation>
  </message>
  <message>
   <source>No instance belongs here right now.</source>
   <translation>Ninguna instancia corresponde aquí ahora.</translation>
  </message>
  <message>
   <source>No instance matches “{search}”.</source>
   <translation>Ninguna instancia coincide con “{search}”.</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Mostrar todas las instancias</translation>
  </message>
 </context>
 <context>
  <name>NothingMatches</name>
  <message>
   <source>Clear search</source>
   <translation>Borrar búsqueda</translation>
  </message>
  <message>
   <source>No setting matches “{text}”.</source>
   <translation>Ningún ajuste coincide con “{text}”.</translation>
  </message>
 </context>
 <context>
  <name>NoticeDesk</name>
  <message>
   <source>What happened</source>
   <translation>Qué ocurrió</translation>
  </message>
  <message>
   <source>What happened, 1 new</source>
   <translation>Qué ocurrió, 1 nuevo</translation>
  </message>
  <message>
   <source>What happened, {count} new</source>
   <translation>Qué ocurrió, {count} nuevos</translation>
  </message>
 </context>
 <context>
  <name>NoticeModel</name>
  <message>
   <source>over by now</source>
   <translation>ya terminó</translation>
  </message>
 </context>
 <context>
  <name>NoticePanel</name>
  <message>
   <source>Clear all</source>
   <translation>Borrar todo</translation>
  </message>
  <message>
   <source>Crashes, full disks and new versions are listed here.</source>
   <translation>Aquí aparecen las caídas, los discos llenos y las versiones nuevas.</translation>
  </message>
  <message>
   <source>Nothing happened that needs you.</source>
   <translation>No ocurrió nada que requiera su atención.</translation>
  </message>
  <message>
   <source>Notices, newest first</source>
   <translation>Avisos, primero los más recientes</translation>
  </message>
  <message>
   <source>What happened</source>
   <translation>Qué ocurrió</translation>
  </message>
 </context>
 <context>
  <name>NoticeShow</name>
  <message>
   <source>Show</source>
   <translation>Mostrar</translation>
  </message>
 </context>
 <context>
  <name>OperationRunner</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Delete an instance first.</source>
   <translation>Elimine antes una instancia.</translation>
  </message>
  <message>
   <source>No port is free in the range for instances.</source>
   <translation>No hay ningún puerto libre en el rango para instancias.</translation>
  </message>
  <message>
   <source>Open the assistant…</source>
   <translation>Abrir el asistente…</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Usar el puerto {port}</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>y {count} más</translation>
  </message>
  <message>
   <source>{what}: {done} of {count}</source>
   <translation>{what}: {done} de {count}</translation>
  </message>
 </context>
 <context>
  <name>OptionRow</name>
  <message>
   <source>Advanced</source>
   <translation>Avanzado</translation>
  </message>
  <message>
   <source>Back to the default: {name}</source>
   <translation>Volver al valor predeterminado: {name}</translation>
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
   <translation>Creada</translation>
  </message>
  <message>
   <source>Details of the instance</source>
   <translation>Detalles de la instancia</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>It answers like GOWA, so you can try everything. Nothing is sent or received.</source>
   <translation>Responde como GOWA, así que puede probarlo todo. No se envía ni se recibe nada.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Restarts {count}</source>
   <translation>Reinicios {count}</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Parte de un núcleo del procesador; más de 100 % significa varios núcleos.</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, no WhatsApp</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Iniciada</translation>
  </message>
 </context>
 <context>
  <name>PairingHelp</name>
  <message>
   <source>1. Create an instance and let it start.
2. Choose Open: the instance shows its page in your browser.
3. Choose Login there. A QR code appears.
4. On your phone open WhatsApp, Settings, Linked devices, Link a device, and scan the code.</source>
   <translation>1. Cree una instancia y espere a que se inicie.
2. Elija Abrir: la instancia muestra su página en el navegador.
3. Elija allí Login. Aparece un código QR.
4. En el teléfono, abra WhatsApp, Ajustes, Dispositivos vinculados, Vincular un dispositivo, y escanee el código.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Vincule el teléfono</translation>
  </message>
 </context>
 <context>
  <name>PairsEditor</name>
  <message>
   <source>Add</source>
   <translation>Agregar</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Agregar: {name}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Quitar: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} de {count}</translation>
  </message>
 </context>
 <context>
  <name>PanelHeader</name>
  <message>
   <source>Force now</source>
   <translation>Forzar ahora</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Más acciones</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Abrir</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Reintentar ahora</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de nuevo</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Detener</translation>
  </message>
  <message>
   <source>Update {name} to GOWA {version}</source>
   <translation>Actualizar {name} a GOWA {version}</translation>
  </message>
 </context>
 <context>
  <name>PlanModel</name>
  <message>
   <source>Instance</source>
   <translation>Instancia</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>Qué ocurre</translation>
  </message>
 </context>
 <context>
  <name>PlanTableView</name>
  <message>
   <source>Instances to update</source>
   <translation>Instancias que se actualizan</translation>
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progreso</translation>
  </message>
 </context>
 <context>
  <name>ProgressPage</name>
  <message>
   <source>Instances</source>
   <translation>Instancias</translation>
  </message>
 </context>
 <context>
  <name>QuitQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Quit, leave running</source>
   <translation>Salir y dejar en ejecución</translation>
  </message>
  <message>
   <source>Stop all and quit</source>
   <translation>Detener todas y salir</translation>
  </message>
  <message>
   <source>The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.</source>
   <translation>La instancia en ejecución sigue en marcha y continúa enviando y recibiendo. Abra de nuevo GOWA Desktop para verla.</translation>
  </message>
  <message>
   <source>The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.</source>
   <translation>Las {count} instancias en ejecución siguen en marcha y continúan enviando y recibiendo. Abra de nuevo GOWA Desktop para verlas.</translation>
  </message>
  <message>
   <source>Your instances keep running</source>
   <translation>Sus instancias siguen en ejecución</translation>
  </message>
 </context>
 <context>
  <name>ReportPage</name>
  <message>
   <source>Instances</source>
   <translation>Instancias</translation>
  </message>
  <message>
   <source>No update has been made yet.</source>
   <translation>Aún no se ha hecho ninguna actualización.</translation>
  </message>
  <message>
   <source>The program ended before the update did; this is how it was put in order.</source>
   <translation>El programa terminó antes que la actualización; así se puso en orden.</translation>
  </message>
  <message>
   <source>Which update</source>
   <translation>Qué actualización</translation>
  </message>
  <message>
   <source>{when}, to {version}</source>
   <translation>{when}, a {version}</translation>
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
   <translation>Alertar por encima de</translation>
  </message>
  <message>
   <source>Alert below</source>
   <translation>Alertar por debajo de</translation>
  </message>
  <message>
   <source>As for all</source>
   <translation>Como para todas</translation>
  </message>
  <message>
   <source>Minutes</source>
   <translation>Minutos</translation>
  </message>
  <message>
   <source>No alert</source>
   <translation>Sin alerta</translation>
  </message>
  <message>
   <source>for</source>
   <translation>durante</translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>1 change</source>
   <translation>1 cambio</translation>
  </message>
  <message>
   <source>1 problem</source>
   <translation>1 problema</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Descartar</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Show the first field that is wrong</source>
   <translation>Mostrar el primer campo incorrecto</translation>
  </message>
  <message>
   <source>{count} changes</source>
   <translation>{count} cambios</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} problemas</translation>
  </message>
 </context>
 <context>
  <name>SaveTemplateDialog</name>
  <message>
   <source>Keep &amp;secrets too</source>
   <translation>Conservar también los &amp;secretos</translation>
  </message>
  <message>
   <source>Name of the template</source>
   <translation>Nombre de la plantilla</translation>
  </message>
  <message>
   <source>Replace</source>
   <translation>Reemplazar</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Save the settings of {name} as a template</source>
   <translation>Guardar los ajustes de {name} como plantilla</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.</source>
   <translation>Credenciales, secretos y tokens. El puerto y las direcciones de las bases de datos nunca forman parte de una plantilla.</translation>
  </message>
 </context>
 <context>
  <name>SavedSearchMenu</name>
  <message>
   <source>Forget search</source>
   <translation>Olvidar búsqueda</translation>
  </message>
  <message>
   <source>Save search…</source>
   <translation>Guardar búsqueda…</translation>
  </message>
  <message>
   <source>Saved searches</source>
   <translation>Búsquedas guardadas</translation>
  </message>
 </context>
 <context>
  <name>SearchField</name>
  <message>
   <source>Clear the search</source>
   <translation>Borrar la búsqueda</translation>
  </message>
  <message>
   <source>Search instances</source>
   <translation>Buscar instancias</translation>
  </message>
  <message>
   <source>Search name, port, tag, notes</source>
   <translation>Buscar nombre, puerto, etiqueta, notas</translation>
  </message>
 </context>
 <context>
  <name>SearchNameDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>It can be chosen again wherever logs are shown. A search that has this name already is replaced.</source>
   <translation>Se puede volver a elegir donde se muestren registros. Si ya hay una búsqueda con este nombre, se sustituye.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Guardar esta búsqueda</translation>
  </message>
 </context>
 <context>
  <name>SecretLine</name>
  <message>
   <source>Copy</source>
   <translation>Copiar</translation>
  </message>
  <message>
   <source>Copy: {name}</source>
   <translation>Copiar: {name}</translation>
  </message>
  <message>
   <source>Generate</source>
   <translation>Generar</translation>
  </message>
  <message>
   <source>Generate: {name}</source>
   <translation>Generar: {name}</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Mostrar</translation>
  </message>
  <message>
   <source>Reveal: {name}</source>
   <translation>Mostrar: {name}</translation>
  </message>
 </context>
 <context>
  <name>SectionNav</name>
  <message>
   <source>1 problem</source>
   <translation>1 problema</translation>
  </message>
  <message>
   <source>Section</source>
   <translation>Sección</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Secciones</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} problemas</translation>
  </message>
 </context>
 <context>
  <name>SectionPage</name>
  <message>
   <source>Advanced ({count})</source>
   <translation>Avanzado ({count})</translation>
  </message>
  <message>
   <source>Hide {count} advanced settings</source>
   <translation>Ocultar {count} ajustes avanzados</translation>
  </message>
  <message>
   <source>Show {count} advanced settings</source>
   <translation>Mostrar {count} ajustes avanzados</translation>
  </message>
 </context>
 <context>
  <name>SelfTestDialog</name>
  <message>
   <source>All steps went well.</source>
   <translation>Todos los pasos salieron bien.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Copy the steps</source>
   <translation>Copiar los pasos</translation>
  </message>
  <message>
   <source>Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched.</source>
   <translation>Hace el trabajo principal con un GOWA simulado en una carpeta propia. Sus instancias no se tocan.</translation>
  </message>
  <message>
   <source>Not all steps went well. Copy them when you ask for help.</source>
   <translation>No todos los pasos salieron bien. Cópielos al pedir ayuda.</translation>
  </message>
  <message>
   <source>Run again</source>
   <translation>Ejecutar de nuevo</translation>
  </message>
  <message>
   <source>Running…</source>
   <translation>En ejecución…</translation>
  </message>
  <message>
   <source>Self-test</source>
   <translation>Autocomprobación</translation>
  </message>
  <message>
   <source>Steps of the self-test</source>
   <translation>Pasos de la autocomprobación</translation>
  </message>
 </context>
 <context>
  <name>Sentences</name>
  <message>
   <source> (line {lineno}, column {colno})</source>
   <translation> (línea {lineno}, columna {colno})</translation>
  </message>
  <message>
   <source> It was set to {stored} so that it stays there.</source>
   <translation> Se fijó en {stored} para que se quede ahí.</translation>
  </message>
  <message>
   <source> Make it two entries.</source>
   <translation> Divídalo en dos entradas.</translation>
  </message>
  <message>
   <source> The chats of before are kept aside in its folder.</source>
   <translation> Los chats anteriores se conservan aparte en su carpeta.</translation>
  </message>
  <message>
   <source> Write %2C instead.</source>
   <translation> Escriba %2C en su lugar.</translation>
  </message>
  <message>
   <source> Write postgres:// instead of postgresql://.</source>
   <translation> Escriba postgres:// en lugar de postgresql://.</translation>
  </message>
  <message>
   <source> and equal to its published checksum</source>
   <translation> e igual a su suma de comprobación publicada</translation>
  </message>
  <message>
   <source> and others</source>
   <translation> y otros</translation>
  </message>
  <message>
   <source> and {users} more</source>
   <translation> y {users} más</translation>
  </message>
  <message>
   <source># Left out because a .env cannot carry them: {not_carried}.</source>
   <translation># Omitidos porque un .env no puede contenerlos: {not_carried}.</translation>
  </message>
  <message>
   <source># Left out because they hold secrets: {secret_labels}.</source>
   <translation># Omitidos porque contienen secretos: {secret_labels}.</translation>
  </message>
  <message>
   <source># Settings of {split} that differ from the defaults of GOWA Desktop.</source>
   <translation># Ajustes de {split} que difieren de los predeterminados de GOWA Desktop.</translation>
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
   <translation>Se eliminó 1 archivo de {name}; vuelven a estar libres {freed} MB.</translation>
  </message>
  <message>
   <source>1 file of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>Se eliminaría 1 archivo de {name} con {size} MB. Agregue --yes para hacerlo.</translation>
  </message>
  <message>
   <source>127.0.0.1 keeps the API on this computer. 0.0.0.0 opens it to every network the computer is in; set a sign-in first.</source>
   <translation>Con 127.0.0.1, la API se queda en este equipo. Con 0.0.0.0 se abre a todas las redes en las que está el equipo; defina antes unas credenciales.</translation>
  </message>
  <message>
   <source>: {needed} are needed and {free} are free</source>
   <translation>: se necesitan {needed} y hay {free} libres</translation>
  </message>
  <message>
   <source>; it was published without a checksum</source>
   <translation>; se publicó sin suma de comprobación</translation>
  </message>
  <message>
   <source>; the damaged file is kept as {aside}</source>
   <translation>; el archivo dañado se conserva como {aside}</translation>
  </message>
  <message>
   <source>A SHA-256 has exactly 64 digits of 0-9 and a-f.</source>
   <translation>Un SHA-256 tiene exactamente 64 caracteres de 0-9 y a-f.</translation>
  </message>
  <message>
   <source>A command client sent no full request in time and was dropped</source>
   <translation>Un cliente de órdenes no envió a tiempo una solicitud completa y se descartó</translation>
  </message>
  <message>
   <source>A copy of the database {database} was no good.</source>
   <translation>Una copia de la base de datos {database} no servía.</translation>
  </message>
  <message>
   <source>A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}</source>
   <translation>La dirección de una base de datos debe empezar por file: o postgres:. De lo contrario, GOWA se detendría.{hint}</translation>
  </message>
  <message>
   <source>A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.</source>
   <translation>Una base de datos de la carpeta de la instancia está dañada o no se puede escribir. Restáurela desde una copia o restablezca los datos.</translation>
  </message>
  <message>
   <source>A database in {folder} could not be copied: {error}.</source>
   <translation>No se pudo copiar una base de datos de {folder}: {error}.</translation>
  </message>
  <message>
   <source>A database in {folder} is damaged.</source>
   <translation>Una base de datos de {folder} está dañada.</translation>
  </message>
  <message>
   <source>A database in {folder} is held by another program.</source>
   <translation>Otro programa retiene una base de datos de {folder}.</translation>
  </message>
  <message>
   <source>A database was locked. Make sure that no other program opens the instance folder.</source>
   <translation>Una base de datos estaba bloqueada. Asegúrese de que ningún otro programa abra la carpeta de la instancia.</translation>
  </message>
  <message>
   <source>A file {name} lies in the folder of {name2}. {what}</source>
   <translation>Hay un archivo {name} en la carpeta de {name2}. {what}</translation>
  </message>
  <message>
   <source>A memory limit is {least_limit_mb} to {most_limit_mb} MB, or 0 for none.</source>
   <translation>Un límite de memoria va de {least_limit_mb} a {most_limit_mb} MB, o es 0 para no tener ninguno.</translation>
  </message>
  <message>
   <source>A message that is deleted on one side is deleted on the other.</source>
   <translation>Un mensaje eliminado en un lado se elimina también en el otro.</translation>
  </message>
  <message>
   <source>A name cannot contain {bad}.</source>
   <translation>Un nombre no puede contener {bad}.</translation>
  </message>
  <message>
   <source>A name cannot start with {cleaned}.</source>
   <translation>Un nombre no puede empezar por {cleaned}.</translation>
  </message>
  <message>
   <source>A network that asks for a sign-in first does that; sign in with a browser and try again.</source>
   <translation>Una red que pide antes iniciar sesión hace eso; inicie sesión con un navegador e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>A new message of a contact reopens the old conversation instead of starting a new one.</source>
   <translation>Un mensaje nuevo de un contacto reabre la conversación anterior en lugar de empezar una nueva.</translation>
  </message>
  <message>
   <source>A port is a whole number.</source>
   <translation>Un puerto es un número entero.</translation>
  </message>
  <message>
   <source>A postgres:// address for copying straight into Chatwoot's database. Left empty, its web interface is used.</source>
   <translation>Una dirección postgres:// para copiar directamente en la base de datos de Chatwoot. Si se deja vacía, se usa su interfaz web.</translation>
  </message>
  <message>
   <source>A process works in the folder of {name} already: {names}. Two on one folder would damage the WhatsApp session.</source>
   <translation>Ya hay un proceso trabajando en la carpeta de {name}: {names}. Dos en una misma carpeta dañarían la sesión de WhatsApp.</translation>
  </message>
  <message>
   <source>A program may still use it. Stop it and try again.</source>
   <translation>Puede que un programa aún lo esté usando. Deténgalo e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>A request was answered with in</source>
   <translation>Se respondió a una solicitud con en</translation>
  </message>
  <message>
   <source>A request was answered with {status}: {fault}</source>
   <translation>Se respondió a una solicitud con {status}: {fault}</translation>
  </message>
  <message>
   <source>A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.</source>
   <translation>Una regla de este equipo, como Smart App Control o una de su administrador, prohíbe ejecutar GOWA.</translation>
  </message>
  <message>
   <source>A saved search needs a name of 1 to {longest_search_name} characters.</source>
   <translation>Una búsqueda guardada necesita un nombre de 1 a {longest_search_name} caracteres.</translation>
  </message>
  <message>
   <source>A second database for message keys. Left empty, they are in the WhatsApp database. Back up both together.</source>
   <translation>Una segunda base de datos para las claves de los mensajes. Si se deja vacía, están en la base de datos de WhatsApp. Haga copia de seguridad de ambas juntas.</translation>
  </message>
  <message>
   <source>A sign-in by QR code was not finished.</source>
   <translation>No se completó un inicio de sesión por código QR.</translation>
  </message>
  <message>
   <source>A sign-in is written wrongly. It must be user:password with one colon.</source>
   <translation>Unas credenciales están mal escritas. Deben ser usuario:contraseña con un solo signo de dos puntos.</translation>
  </message>
  <message>
   <source>A sign-in needs a user name and a password.</source>
   <translation>Las credenciales necesitan un nombre de usuario y una contraseña.</translation>
  </message>
  <message>
   <source>A snapshot of {name} was restored in part only.</source>
   <translation>Una copia instantánea de {name} se restauró solo en parte.</translation>
  </message>
  <message>
   <source>A stored setting cannot be read.</source>
   <translation>No se puede leer un ajuste guardado.</translation>
  </message>
  <message>
   <source>A tag has at most {longest_tag} characters.</source>
   <translation>Una etiqueta tiene como máximo {longest_tag} caracteres.</translation>
  </message>
  <message>
   <source>A text sent in answer to incoming messages. Leave it empty to send none.</source>
   <translation>Texto que se envía como respuesta a los mensajes entrantes. Déjelo vacío para no enviar ninguno.</translation>
  </message>
  <message>
   <source>A token has letters, digits and signs only, no spaces; GOWA could not send this one.</source>
   <translation>Un token solo tiene letras, dígitos y signos, sin espacios; GOWA no podría enviar este.</translation>
  </message>
  <message>
   <source>A virus scanner may hold it in its quarantine: allow it there. Then install this version again.</source>
   <translation>Puede que un antivirus lo tenga en cuarentena: permítalo allí. Después instale de nuevo esta versión.</translation>
  </message>
  <message>
   <source>A web address of this release makes no sense.</source>
   <translation>Una dirección web de esta versión publicada no tiene sentido.</translation>
  </message>
  <message>
   <source>A webhook did not take its events. Check its address.</source>
   <translation>Un webhook no aceptó sus eventos. Revise su dirección.</translation>
  </message>
  <message>
   <source>Accept any certificate</source>
   <translation>Aceptar cualquier certificado</translation>
  </message>
  <message>
   <source>Access and network</source>
   <translation>Acceso y red</translation>
  </message>
  <message>
   <source>Add --name, --restart, --memory-limit, --priority, --tags or --notes.</source>
   <translation>Agregue --name, --restart, --memory-limit, --priority, --tags o --notes.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Agregue --yes para hacerlo.</translation>
  </message>
  <message>
   <source>Add --yes to restore it.</source>
   <translation>Agregue --yes para restaurarla.</translation>
  </message>
  <message>
   <source>Add a sign-in</source>
   <translation>Agregar credenciales</translation>
  </message>
  <message>
   <source>Add a unit: {text}s for seconds, {text2}m for minutes. Without one GOWA reads nanoseconds.</source>
   <translation>Agregue una unidad: {text}s para segundos, {text2}m para minutos. Sin ella, GOWA lee nanosegundos.</translation>
  </message>
  <message>
   <source>Address for calls from Chatwoot</source>
   <translation>Dirección para llamadas de Chatwoot</translation>
  </message>
  <message>
   <source>Address of the separate MCP server</source>
   <translation>Dirección del servidor MCP aparte</translation>
  </message>
  <message>
   <source>Addresses or ranges such as 10.0.0.0/8 whose forwarded host name is believed in links to QR codes.</source>
   <translation>Direcciones o rangos, como 10.0.0.0/8, cuyo nombre de host reenviado se acepta en los enlaces a códigos QR.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is deleted.</source>
   <translation>Agrega una nota a la conversación cuando se elimina un mensaje.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is edited.</source>
   <translation>Agrega una nota a la conversación cuando se edita un mensaje.</translation>
  </message>
  <message>
   <source>After the failed update to {to_tag}</source>
   <translation>Después de la actualización fallida a {to_tag}</translation>
  </message>
  <message>
   <source>All settings, the port, received media files.</source>
   <translation>Todos los ajustes, el puerto, los archivos multimedia recibidos.</translation>
  </message>
  <message>
   <source>All settings, the port, the address, received media files.</source>
   <translation>Todos los ajustes, el puerto, la dirección, los archivos multimedia recibidos.</translation>
  </message>
  <message>
   <source>Allow it in System Settings, Privacy &amp; Security, and install again.</source>
   <translation>Permítalo en Ajustes del Sistema, Privacidad y seguridad, e instale de nuevo.</translation>
  </message>
  <message>
   <source>Allow its own page only</source>
   <translation>Permitir solo su propia página</translation>
  </message>
  <message>
   <source>Allow the program there, or ask the administrator.</source>
   <translation>Permita allí el programa o consulte al administrador.</translation>
  </message>
  <message>
   <source>Also forwards what was sent from this account. Only v8.2.1 has this switch.</source>
   <translation>Reenvía también lo que se envió desde esta cuenta. Solo v8.2.1 tiene esta opción.</translation>
  </message>
  <message>
   <source>An administrator may have forbidden it.</source>
   <translation>Puede que un administrador lo haya prohibido.</translation>
  </message>
  <message>
   <source>An alert looks at 1 to {longest_minutes} minutes.</source>
   <translation>Una alerta abarca de 1 a {longest_minutes} minutos.</translation>
  </message>
  <message>
   <source>An instance has at most {most_tags} tags.</source>
   <translation>Una instancia tiene como máximo {most_tags} etiquetas.</translation>
  </message>
  <message>
   <source>An instance of GOWA does not end.</source>
   <translation>Una instancia de GOWA no termina.</translation>
  </message>
  <message>
   <source>An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise.</source>
   <translation>Un origen es solo esquema, host y puerto, como https://panel.example.com. De lo contrario, GOWA se detendría.</translation>
  </message>
  <message>
   <source>Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it.</source>
   <translation>Otro programa pidió a GOWA que terminara ({asked}) y se cerró en orden. Iníciela de nuevo cuando quiera.</translation>
  </message>
  <message>
   <source>Another program is installed as {tag} already.</source>
   <translation>Ya hay otro programa instalado como {tag}.</translation>
  </message>
  <message>
   <source>Another sign-in has this user name; GOWA would take the last one only.</source>
   <translation>Otras credenciales tienen este nombre de usuario; GOWA solo tomaría las últimas.</translation>
  </message>
  <message>
   <source>Another update is under way.</source>
   <translation>Hay otra actualización en curso.</translation>
  </message>
  <message>
   <source>Answered with {status}</source>
   <translation>Respondió con {status}</translation>
  </message>
  <message>
   <source>Arguments can be seen by everybody on this computer. Put a secret into the extra environment.</source>
   <translation>Cualquiera en este equipo puede ver los argumentos. Ponga los secretos en el entorno adicional.</translation>
  </message>
  <message>
   <source>Ask the release server first (versions available --refresh).</source>
   <translation>Consulte antes el servidor de versiones (versions available --refresh).</translation>
  </message>
  <message>
   <source>Asks WhatsApp first whether the number is registered and refuses to send when it is not.</source>
   <translation>Pregunta antes a WhatsApp si el número está registrado y se niega a enviar si no lo está.</translation>
  </message>
  <message>
   <source>At least one version is kept.</source>
   <translation>Se conserva al menos una versión.</translation>
  </message>
  <message>
   <source>Automatic reply</source>
   <translation>Respuesta automática</translation>
  </message>
  <message>
   <source>Bahasa Indonesia</source>
   <translation>Bahasa Indonesia</translation>
  </message>
  <message>
   <source>Base path</source>
   <translation>Ruta base</translation>
  </message>
  <message>
   <source>Basic auth is not valid</source>
   <translation>Basic auth is not valid</translation>
  </message>
  <message>
   <source>Before its data was reset</source>
   <translation>Antes de restablecer sus datos</translation>
  </message>
  <message>
   <source>Before the first start with {tag}</source>
   <translation>Antes del primer inicio con {tag}</translation>
  </message>
  <message>
   <source>Before the snapshot of {created_at} UTC was restored</source>
   <translation>Antes de restaurar la copia instantánea de {created_at} UTC</translation>
  </message>
  <message>
   <source>Before the update to {to_tag}</source>
   <translation>Antes de la actualización a {to_tag}</translation>
  </message>
  <message>
   <source>Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.</source>
   <translation>Antes de v8, GOWA escucha en todas las direcciones de este equipo, no solo en 127.0.0.1.</translation>
  </message>
  <message>
   <source>Begin conversations as pending</source>
   <translation>Empezar las conversaciones como pendientes</translation>
  </message>
  <message>
   <source>Begin it again when you like.</source>
   <translation>Empiécela de nuevo cuando quiera.</translation>
  </message>
  <message>
   <source>Between name and reply</source>
   <translation>Entre nombre y respuesta</translation>
  </message>
  <message>
   <source>Bring it back, or start GOWA Desktop anew to restore it.</source>
   <translation>Recupérela o vuelva a iniciar GOWA Desktop para restaurarla.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or choose another with --data-dir.</source>
   <translation>Recupere su disco o carpeta, o elija otra con --data-dir.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.</source>
   <translation>Recupere su disco o carpeta, o reinicie GOWA Desktop. Lo que está en ejecución sigue así.</translation>
  </message>
  <message>
   <source>Calls from Chatwoot must carry it. Left empty, that address is open to everybody, even with a sign-in set.</source>
   <translation>Las llamadas de Chatwoot deben incluirlo. Si se deja vacío, esa dirección queda abierta a todos, incluso con credenciales definidas.</translation>
  </message>
  <message>
   <source>Change some first.</source>
   <translation>Cambie antes algunos.</translation>
  </message>
  <message>
   <source>Change the settings by hand.</source>
   <translation>Cambie los ajustes a mano.</translation>
  </message>
  <message>
   <source>Change them, then start it again.</source>
   <translation>Cámbielos y después iníciela de nuevo.</translation>
  </message>
  <message>
   <source>Chats to keep out of Chatwoot</source>
   <translation>Chats que no pasan a Chatwoot</translation>
  </message>
  <message>
   <source>Chats to leave out</source>
   <translation>Chats que se omiten</translation>
  </message>
  <message>
   <source>Chatwoot</source>
   <translation>Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot access token</source>
   <translation>Token de acceso de Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot account number</source>
   <translation>Número de cuenta de Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot address</source>
   <translation>Dirección de Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot hosts devices may use</source>
   <translation>Hosts de Chatwoot que los dispositivos pueden usar</translation>
  </message>
  <message>
   <source>Chatwoot inbox number</source>
   <translation>Número de bandeja de entrada de Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot's own database</source>
   <translation>Base de datos propia de Chatwoot</translation>
  </message>
  <message>
   <source>Check its cable or network.</source>
   <translation>Revise su cable o su red.</translation>
  </message>
  <message>
   <source>Check numbers before sending</source>
   <translation>Comprobar los números antes de enviar</translation>
  </message>
  <message>
   <source>Check that its version is still installed and allowed to run.</source>
   <translation>Compruebe que su versión sigue instalada y puede ejecutarse.</translation>
  </message>
  <message>
   <source>Check the clock of this computer and the proxy.</source>
   <translation>Revise el reloj de este equipo y el proxy.</translation>
  </message>
  <message>
   <source>Check the disk and the folder's permissions.</source>
   <translation>Revise el disco y los permisos de la carpeta.</translation>
  </message>
  <message>
   <source>Check the disk and try again.</source>
   <translation>Revise el disco e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Check the disk it is on.</source>
   <translation>Revise el disco en el que está.</translation>
  </message>
  <message>
   <source>Check the disk.</source>
   <translation>Revise el disco.</translation>
  </message>
  <message>
   <source>Check the file and the version.</source>
   <translation>Revise el archivo y la versión.</translation>
  </message>
  <message>
   <source>Check the file, and that no virus scanner holds it.</source>
   <translation>Revise el archivo y que ningún antivirus lo retenga.</translation>
  </message>
  <message>
   <source>Check the internet connection, and the proxy in the settings if you use one.</source>
   <translation>Revise la conexión a internet y, si usa uno, el proxy en los ajustes.</translation>
  </message>
  <message>
   <source>Check the permissions of this folder.</source>
   <translation>Revise los permisos de esta carpeta.</translation>
  </message>
  <message>
   <source>Check the proxy in the settings or of this computer.</source>
   <translation>Revise el proxy en los ajustes o en este equipo.</translation>
  </message>
  <message>
   <source>Check the release address in the settings.</source>
   <translation>Revise la dirección de versiones en los ajustes.</translation>
  </message>
  <message>
   <source>Choose a .json or .env file.</source>
   <translation>Elija un archivo .json o .env.</translation>
  </message>
  <message>
   <source>Choose a GOWA release file.</source>
   <translation>Elija un archivo de versión de GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip or program.</source>
   <translation>Elija un zip de versión o un programa de GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip.</source>
   <translation>Elija un zip de versión de GOWA.</translation>
  </message>
  <message>
   <source>Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA.</source>
   <translation>Elija un archivo escrito por GOWA Desktop o gowa-manager, o un .env para GOWA.</translation>
  </message>
  <message>
   <source>Choose a file with settings.</source>
   <translation>Elija un archivo con ajustes.</translation>
  </message>
  <message>
   <source>Choose a number between {least} and {most}.</source>
   <translation>Elija un número entre {least} y {most}.</translation>
  </message>
  <message>
   <source>Choose a number of days between them.</source>
   <translation>Elija un número de días entre ambos.</translation>
  </message>
  <message>
   <source>Choose a number of megabytes between them.</source>
   <translation>Elija un número de megabytes entre ambos.</translation>
  </message>
  <message>
   <source>Choose a shorter one.</source>
   <translation>Elija uno más corto.</translation>
  </message>
  <message>
   <source>Choose a time between them.</source>
   <translation>Elija un tiempo entre ambos.</translation>
  </message>
  <message>
   <source>Choose a wider range, or give a port yourself.</source>
   <translation>Elija un rango más amplio o indique un puerto.</translation>
  </message>
  <message>
   <source>Choose an older version of GOWA, or a newer release of this system.</source>
   <translation>Elija una versión anterior de GOWA o una edición más reciente de este sistema.</translation>
  </message>
  <message>
   <source>Choose another folder with --data-dir.</source>
   <translation>Elija otra carpeta con --data-dir.</translation>
  </message>
  <message>
   <source>Choose another name, or say that it may be replaced.</source>
   <translation>Elija otro nombre o indique que se puede reemplazar.</translation>
  </message>
  <message>
   <source>Choose another name.</source>
   <translation>Elija otro nombre.</translation>
  </message>
  <message>
   <source>Choose another place.</source>
   <translation>Elija otro lugar.</translation>
  </message>
  <message>
   <source>Choose another port.</source>
   <translation>Elija otro puerto.</translation>
  </message>
  <message>
   <source>Choose another snapshot.</source>
   <translation>Elija otra copia instantánea.</translation>
  </message>
  <message>
   <source>Choose another version.</source>
   <translation>Elija otra versión.</translation>
  </message>
  <message>
   <source>Choose another.</source>
   <translation>Elija otro.</translation>
  </message>
  <message>
   <source>Choose one between {first_user_port} and {last_port}.</source>
   <translation>Elija uno entre {first_user_port} y {last_port}.</translation>
  </message>
  <message>
   <source>Choose one of {allowed}.</source>
   <translation>Elija una de estas opciones: {allowed}.</translation>
  </message>
  <message>
   <source>Choose one of {choices}.</source>
   <translation>Elija una de estas opciones: {choices}.</translation>
  </message>
  <message>
   <source>Choose one of {kind}.</source>
   <translation>Elija uno de estos: {kind}.</translation>
  </message>
  <message>
   <source>Choose the lower one first.</source>
   <translation>Elija antes el menor.</translation>
  </message>
  <message>
   <source>Choose the release file for this computer.</source>
   <translation>Elija el archivo de versión para este equipo.</translation>
  </message>
  <message>
   <source>Choose the release file that ends in {removesuffix}.zip.</source>
   <translation>Elija el archivo de versión que termina en {removesuffix}.zip.</translation>
  </message>
  <message>
   <source>Choose two different times.</source>
   <translation>Elija dos horas distintas.</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Limpiar versiones</translation>
  </message>
  <message>
   <source>Clean up {name}</source>
   <translation>Limpiar {name}</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again.</source>
   <translation>Cierre los programas que usan sus archivos e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again. Nothing was deleted.</source>
   <translation>Cierre los programas que usan sus archivos e inténtelo de nuevo. No se eliminó nada.</translation>
  </message>
  <message>
   <source>Close that program and try again.</source>
   <translation>Cierre ese programa e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Close that program, or wait until it is done, and try again.</source>
   <translation>Cierre ese programa, o espere a que acabe, e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Close them and try again.</source>
   <translation>Ciérrelos e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Connect to Chatwoot</source>
   <translation>Conectar con Chatwoot</translation>
  </message>
  <message>
   <source>Connections to the chat database</source>
   <translation>Conexiones a la base de datos de chats</translation>
  </message>
  <message>
   <source>Copies the message history to Chatwoot after a device has connected.</source>
   <translation>Copia el historial de mensajes a Chatwoot después de conectarse un dispositivo.</translation>
  </message>
  <message>
   <source>Copy it again from GitHub.</source>
   <translation>Cópielo de nuevo desde GitHub.</translation>
  </message>
  <message>
   <source>Correct it and try again.</source>
   <translation>Corríjalo e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Correct it, or export it anew.</source>
   <translation>Corríjalo o expórtelo de nuevo.</translation>
  </message>
  <message>
   <source>Correct it, or look for plain text. Look-around and back-references are not understood.</source>
   <translation>Corríjala o busque texto simple. No se admiten comprobaciones del entorno ni referencias a grupos anteriores.</translation>
  </message>
  <message>
   <source>Correct it. Because of that line GOWA would ignore the whole file.</source>
   <translation>Corríjala. Por esa línea, GOWA ignoraría todo el archivo.</translation>
  </message>
  <message>
   <source>Correct or remove it in the settings.</source>
   <translation>Corríjalo o quítelo en los ajustes.</translation>
  </message>
  <message>
   <source>Correct the file, or set it aside without importing it.</source>
   <translation>Corrija el archivo o apártelo sin importarlo.</translation>
  </message>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Corrija el valor e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Create the inbox by itself</source>
   <translation>Crear la bandeja de entrada por sí solo</translation>
  </message>
  <message>
   <source>Created {name} on port {port}.</source>
   <translation>Se creó {name} en el puerto {port}.</translation>
  </message>
  <message>
   <source>Creates or reuses the inbox at each start. A failure is written to the log and GOWA goes on.</source>
   <translation>Crea o reutiliza la bandeja de entrada en cada inicio. Un fallo se escribe en el registro y GOWA continúa.</translation>
  </message>
  <message>
   <source>Dashboard</source>
   <translation>Panel</translation>
  </message>
  <message>
   <source>Dashboard checksum</source>
   <translation>Suma de comprobación del panel</translation>
  </message>
  <message>
   <source>Dashboard file name</source>
   <translation>Nombre de archivo del panel</translation>
  </message>
  <message>
   <source>Dashboard repository</source>
   <translation>Repositorio del panel</translation>
  </message>
  <message>
   <source>Database for keys</source>
   <translation>Base de datos para claves</translation>
  </message>
  <message>
   <source>Days after which stored chats are removed.</source>
   <translation>Días tras los que se quitan los chats guardados.</translation>
  </message>
  <message>
   <source>Days to import</source>
   <translation>Días que se importan</translation>
  </message>
  <message>
   <source>Debug output</source>
   <translation>Salida de depuración</translation>
  </message>
  <message>
   <source>Delete a snapshot</source>
   <translation>Eliminar una copia instantánea</translation>
  </message>
  <message>
   <source>Delete on both sides</source>
   <translation>Eliminar en ambos lados</translation>
  </message>
  <message>
   <source>Delete {name} for good</source>
   <translation>Eliminar {name} definitivamente</translation>
  </message>
  <message>
   <source>Deleted the template {name}. Instances keep what they have.</source>
   <translation>Se eliminó la plantilla {name}. Las instancias conservan lo que tienen.</translation>
  </message>
  <message>
   <source>Details are in the program's log.</source>
   <translation>Los detalles están en el registro del programa.</translation>
  </message>
  <message>
   <source>Device for Chatwoot</source>
   <translation>Dispositivo para Chatwoot</translation>
  </message>
  <message>
   <source>Device name</source>
   <translation>Nombre del dispositivo</translation>
  </message>
  <message>
   <source>Did you mean {close}?</source>
   <translation>¿Quiso decir {close}?</translation>
  </message>
  <message>
   <source>Disk nearly full</source>
   <translation>Disco casi lleno</translation>
  </message>
  <message>
   <source>Does not check the TLS certificate of receivers. Only for tests: anybody in between could read the messages.</source>
   <translation>No comprueba el certificado TLS de los receptores. Solo para pruebas: cualquiera en el camino podría leer los mensajes.</translation>
  </message>
  <message>
   <source>Download it again.</source>
   <translation>Descárguelo de nuevo.</translation>
  </message>
  <message>
   <source>Download it from {tag}; instances go on while you install it.</source>
   <translation>Descárguela de {tag}; las instancias siguen mientras la instala.</translation>
  </message>
  <message>
   <source>Download the release again.</source>
   <translation>Descargue la versión de nuevo.</translation>
  </message>
  <message>
   <source>Each address receives every event as an HTTP POST. An event is tried five times within 30 seconds, then it is lost.</source>
   <translation>Cada dirección recibe cada evento como un HTTP POST. Un evento se intenta cinco veces en 30 segundos; después se pierde.</translation>
  </message>
  <message>
   <source>Each instance fetches the newest page from GitHub at every start, 60 times an hour at most for this computer. Off, it uses the copy that all instances share.</source>
   <translation>Cada instancia obtiene la página más reciente de GitHub en cada inicio, como máximo 60 veces por hora en este equipo. Si está desactivado, usa la copia que comparten todas las instancias.</translation>
  </message>
  <message>
   <source>Empty the chat store after</source>
   <translation>Vaciar los chats guardados después de</translation>
  </message>
  <message>
   <source>End it with the system's task manager and try again.</source>
   <translation>Termínelo con el administrador de tareas del sistema e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>End that process, then start the instance again.</source>
   <translation>Termine ese proceso y después inicie de nuevo la instancia.</translation>
  </message>
  <message>
   <source>Events of these chats or senders are not sent: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>No se envían los eventos de estos chats o remitentes: 4915112345678@s.whatsapp.net, o @g.us para todos los grupos.</translation>
  </message>
  <message>
   <source>Events to send</source>
   <translation>Eventos que se envían</translation>
  </message>
  <message>
   <source>Every port from {first} to {last} is taken.</source>
   <translation>Todos los puertos de {first} a {last} están ocupados.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumentos adicionales</translation>
  </message>
  <message>
   <source>Extra environment {name}</source>
   <translation>Entorno adicional {name}</translation>
  </message>
  <message>
   <source>Extra environment {variable}</source>
   <translation>Entorno adicional {variable}</translation>
  </message>
  <message>
   <source>Fetch the dashboard</source>
   <translation>Obtener el panel</translation>
  </message>
  <message>
   <source>For the former sub-command mcp, which this program does not start.</source>
   <translation>Para la antigua suborden mcp, que este programa no inicia.</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Forzar cierre</translation>
  </message>
  <message>
   <source>Forget one first.</source>
   <translation>Olvide antes una.</translation>
  </message>
  <message>
   <source>Free some space and try again.</source>
   <translation>Libere espacio e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room.</source>
   <translation>Libere espacio pronto. Las instancias siguen; las copias de la base de datos y el registro del programa esperan hasta que haya sitio.</translation>
  </message>
  <message>
   <source>Free some space, before instances can no longer store messages.</source>
   <translation>Libere espacio antes de que las instancias ya no puedan guardar mensajes.</translation>
  </message>
  <message>
   <source>Free some space, or choose another with --data-dir.</source>
   <translation>Libere espacio o elija otra con --data-dir.</translation>
  </message>
  <message>
   <source>Free some space, or delete old snapshots.</source>
   <translation>Libere espacio o elimine copias instantáneas antiguas.</translation>
  </message>
  <message>
   <source>From the profile page of the Chatwoot user that GOWA acts for.</source>
   <translation>De la página de perfil del usuario de Chatwoot en cuyo nombre actúa GOWA.</translation>
  </message>
  <message>
   <source>From {begin} to {end} is no time at all.</source>
   <translation>De {begin} a {end} no hay ningún tiempo.</translation>
  </message>
  <message>
   <source>GOWA Desktop</source>
   <translation>GOWA Desktop</translation>
  </message>
  <message>
   <source>GOWA Desktop ended before it answered.</source>
   <translation>GOWA Desktop terminó antes de responder.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running on {data_dir}{who}.</source>
   <translation>GOWA Desktop ya está en ejecución en {data_dir}{who}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running without a window on this data folder.</source>
   <translation>GOWA Desktop ya está en ejecución sin ventana en esta carpeta de datos.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running on {data_dir}.</source>
   <translation>GOWA Desktop no está en ejecución en {data_dir}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running.</source>
   <translation>GOWA Desktop no está en ejecución.</translation>
  </message>
  <message>
   <source>GOWA Desktop is running but does not answer.</source>
   <translation>GOWA Desktop está en ejecución, pero no responde.</translation>
  </message>
  <message>
   <source>GOWA Desktop sent an answer that is too long.</source>
   <translation>GOWA Desktop envió una respuesta demasiado larga.</translation>
  </message>
  <message>
   <source>GOWA Desktop was asked to quit and does not.</source>
   <translation>Se pidió a GOWA Desktop que saliera y no lo hace.</translation>
  </message>
  <message>
   <source>GOWA Desktop was updated while it runs.</source>
   <translation>GOWA Desktop se actualizó mientras está en marcha.</translation>
  </message>
  <message>
   <source>GOWA Desktop {tag} is available</source>
   <translation>GOWA Desktop {tag} está disponible</translation>
  </message>
  <message>
   <source>GOWA answered with the status {status}.</source>
   <translation>GOWA respondió con el estado {status}.</translation>
  </message>
  <message>
   <source>GOWA answered with too much.</source>
   <translation>GOWA respondió con demasiados datos.</translation>
  </message>
  <message>
   <source>GOWA becomes an OAuth server for MCP. It needs a sign-in and the public https address of this instance.</source>
   <translation>GOWA se convierte en un servidor OAuth para MCP. Necesita credenciales y la dirección https pública de esta instancia.</translation>
  </message>
  <message>
   <source>GOWA could not be started.</source>
   <translation>No se pudo iniciar GOWA.</translation>
  </message>
  <message>
   <source>GOWA could not be started: {system_text}.</source>
   <translation>No se pudo iniciar GOWA: {system_text}.</translation>
  </message>
  <message>
   <source>GOWA could not listen on its port {port}. Choose another port or address.</source>
   <translation>GOWA no pudo escuchar en su puerto {port}. Elija otro puerto u otra dirección.</translation>
  </message>
  <message>
   <source>GOWA could not reach WhatsApp when it started. Check the internet connection.</source>
   <translation>GOWA no pudo conectarse a WhatsApp al iniciarse. Revise la conexión a internet.</translation>
  </message>
  <message>
   <source>GOWA did not become ready within {ready_limit_ms} seconds on port {port}. Look at its last lines, then start it again.</source>
   <translation>GOWA no estuvo listo en {ready_limit_ms} segundos en el puerto {port}. Vea sus últimas líneas y después iníciela de nuevo.</translation>
  </message>
  <message>
   <source>GOWA does not answer: {name}.</source>
   <translation>GOWA no responde: {name}.</translation>
  </message>
  <message>
   <source>GOWA does not know one of the extra arguments. Remove it.</source>
   <translation>GOWA no conoce uno de los argumentos adicionales. Quítelo.</translation>
  </message>
  <message>
   <source>GOWA ended while this program was not its parent, so its exit code is unknown</source>
   <translation>GOWA terminó mientras este programa no era su proceso padre, por lo que se desconoce su código de salida</translation>
  </message>
  <message>
   <source>GOWA ended with code {code}</source>
   <translation>GOWA terminó con el código {code}</translation>
  </message>
  <message>
   <source>GOWA gave up: {rstrip}. ({what}.)</source>
   <translation>GOWA se rindió: {rstrip}. ({what}.)</translation>
  </message>
  <message>
   <source>GOWA hit an internal fault (panic). Its last lines tell more.</source>
   <translation>GOWA tuvo un fallo interno (panic). Sus últimas líneas dicen más.</translation>
  </message>
  <message>
   <source>GOWA ignores words that are no flags. Write a flag with its value, such as --name=value.</source>
   <translation>GOWA ignora las palabras que no son opciones. Escriba una opción con su valor, como --name=value.</translation>
  </message>
  <message>
   <source>GOWA knows no days. Write {days}h instead.</source>
   <translation>GOWA no conoce días. Escriba {days}h en su lugar.</translation>
  </message>
  <message>
   <source>GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.</source>
   <translation>GOWA necesita la biblioteca del sistema glibc, que este sistema, quizá Alpine u otro con musl, no tiene.</translation>
  </message>
  <message>
   <source>GOWA never sees this form. Write {match}@s.whatsapp.net.</source>
   <translation>GOWA nunca ve esta forma. Escriba {match}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>GOWA refused a sign-in. Check the user names and passwords.</source>
   <translation>GOWA rechazó unas credenciales. Revise los nombres de usuario y las contraseñas.</translation>
  </message>
  <message>
   <source>GOWA refused the sign-in.</source>
   <translation>GOWA rechazó el inicio de sesión.</translation>
  </message>
  <message>
   <source>GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first.</source>
   <translation>GOWA rechaza OAuth sin credenciales. Agregue antes unas en “Credenciales”.</translation>
  </message>
  <message>
   <source>GOWA says nothing about it</source>
   <translation>GOWA no dice nada al respecto</translation>
  </message>
  <message>
   <source>GOWA sends no event of this name. It knows {choices} and others.</source>
   <translation>GOWA no envía ningún evento con este nombre. Conoce {choices} y otros.</translation>
  </message>
  <message>
   <source>GOWA stopped answering: {misses} questions in a row got no answer.</source>
   <translation>GOWA dejó de responder: {misses} consultas seguidas quedaron sin respuesta.</translation>
  </message>
  <message>
   <source>GOWA takes it as the argument {flag} only, which everybody on this computer can read. Leave it empty.</source>
   <translation>GOWA lo acepta solo como argumento {flag}, que cualquiera en este equipo puede leer. Déjelo vacío.</translation>
  </message>
  <message>
   <source>GOWA version</source>
   <translation>Versión de GOWA</translation>
  </message>
  <message>
   <source>GOWA was {signal}</source>
   <translation>GOWA fue {signal}</translation>
  </message>
  <message>
   <source>GOWA {tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it.</source>
   <translation>GOWA {tag} escucha siempre en todas las direcciones y esta instancia no pide inicio de sesión: cualquiera en su red puede usarla.</translation>
  </message>
  <message>
   <source>GOWA {tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it.</source>
   <translation>GOWA {tag} responde a cualquier página web y esta instancia no pide inicio de sesión: cualquier página que abra en su navegador puede usarla.</translation>
  </message>
  <message>
   <source>GOWA {tag} cannot be removed: {strerror}.</source>
   <translation>No se puede quitar GOWA {tag}: {strerror}.</translation>
  </message>
  <message>
   <source>GOWA {tag} has no {what}.</source>
   <translation>GOWA {tag} no tiene: {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is available</source>
   <translation>GOWA {tag} está disponible</translation>
  </message>
  <message>
   <source>GOWA {tag} is installed{is_verified}.</source>
   <translation>GOWA {tag} está instalado{is_verified}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed any more, so there is no way back but its snapshot.</source>
   <translation>GOWA {tag} ya no está instalado, así que no hay vuelta atrás salvo su copia instantánea.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed.</source>
   <translation>GOWA {tag} no está instalado.</translation>
  </message>
  <message>
   <source>GOWA {tag} is so new that its {what} is not there yet.</source>
   <translation>GOWA {tag} es tan nuevo que aún no está disponible: {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is used by {names}.</source>
   <translation>GOWA {tag} está en uso por {names}.</translation>
  </message>
  <message>
   <source>GOWA {tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it.</source>
   <translation>GOWA {tag} necesita ?_foreign_keys=on al final de una dirección file: y se detendría sin ello.</translation>
  </message>
  <message>
   <source>GOWA {tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer.</source>
   <translation>GOWA {tag} acepta ajustes solo como argumentos, que cualquiera en este equipo puede leer. Use v5.2.0 o posterior.</translation>
  </message>
  <message>
   <source>GOWA {version} does not know it.</source>
   <translation>GOWA {version} no lo conoce.</translation>
  </message>
  <message>
   <source>GOWA's answer cannot be read.</source>
   <translation>No se puede leer la respuesta de GOWA.</translation>
  </message>
  <message>
   <source>GitHub token for the dashboard</source>
   <translation>Token de GitHub para el panel</translation>
  </message>
  <message>
   <source>Give it one.</source>
   <translation>Asígnele uno.</translation>
  </message>
  <message>
   <source>Give the version as well, such as v9.2.0 (--tag v9.2.0).</source>
   <translation>Indique también la versión, como v9.2.0 (--tag v9.2.0).</translation>
  </message>
  <message>
   <source>Give the version, such as --tag v9.2.0.</source>
   <translation>Indique la versión, como --tag v9.2.0.</translation>
  </message>
  <message>
   <source>Give them another version first, then remove it.</source>
   <translation>Asígneles antes otra versión y después quítela.</translation>
  </message>
  <message>
   <source>Give this one another version, such as --tag v9.2.0+local.</source>
   <translation>Asigne a esta otra versión, como --tag v9.2.0+local.</translation>
  </message>
  <message>
   <source>Go back with: gowa-desktop update "{name}" --to {tag}. It keeps the pairing.</source>
   <translation>Vuelva atrás con: gowa-desktop update "{name}" --to {tag}. Conserva la vinculación.</translation>
  </message>
  <message>
   <source>Goes online for a short while regularly, so that WhatsApp does not unlink the device as inactive.</source>
   <translation>Se conecta un momento con regularidad para que WhatsApp no desvincule el dispositivo por inactivo.</translation>
  </message>
  <message>
   <source>How long the device stays online each time, such as 5m.</source>
   <translation>Cuánto tiempo queda conectado el dispositivo cada vez, como 5m.</translation>
  </message>
  <message>
   <source>How many days of history are copied.</source>
   <translation>Cuántos días de historial se copian.</translation>
  </message>
  <message>
   <source>How many requests may read or write chats at the same time.</source>
   <translation>Cuántas solicitudes pueden leer o escribir chats al mismo tiempo.</translation>
  </message>
  <message>
   <source>How often a newer page is looked for, such as 3h.</source>
   <translation>Cada cuánto se busca una página más reciente, como 3h.</translation>
  </message>
  <message>
   <source>How often presence is shown, as hours, minutes and seconds such as 24h or 90m.</source>
   <translation>Cada cuánto se muestra la presencia, en horas, minutos y segundos, como 24h o 90m.</translation>
  </message>
  <message>
   <source>How the inbox is called that GOWA creates.</source>
   <translation>Cómo se llama la bandeja de entrada que crea GOWA.</translation>
  </message>
  <message>
   <source>If you trust it, {remedy}, or import this version again; then start the instance.</source>
   <translation>Si confía en él, {remedy}, o importe de nuevo esta versión; después inicie la instancia.</translation>
  </message>
  <message>
   <source>Import earlier messages</source>
   <translation>Importar mensajes anteriores</translation>
  </message>
  <message>
   <source>Import it into the settings or set it aside, then start again.</source>
   <translation>Impórtelo en los ajustes o apártelo, y después inicie de nuevo.</translation>
  </message>
  <message>
   <source>Imported GOWA {tags}.</source>
   <translation>Se importó GOWA {tags}.</translation>
  </message>
  <message>
   <source>Install GOWA {wanted}</source>
   <translation>Instalar GOWA {wanted}</translation>
  </message>
  <message>
   <source>Install it again to go on from there.</source>
   <translation>Instálelo de nuevo para continuar desde ahí.</translation>
  </message>
  <message>
   <source>Install or import it first, or choose one of {others}.</source>
   <translation>Instálela o impórtela antes, o elija una de {others}.</translation>
  </message>
  <message>
   <source>Install or import it first; no version is installed yet.</source>
   <translation>Instálela o impórtela antes; aún no hay ninguna versión instalada.</translation>
  </message>
  <message>
   <source>Install or import one first, or choose the version simulator to try things out.</source>
   <translation>Instale o importe antes una, o elija la versión simulator para probar.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop to import it.</source>
   <translation>Instale el GOWA Desktop más reciente para importarlo.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.</source>
   <translation>Instale el GOWA Desktop más reciente o elija otra carpeta de datos. No se cambió nada.</translation>
  </message>
  <message>
   <source>It answers any web page (CORS is open): {what}.</source>
   <translation>Responde a cualquier página web (CORS está abierto): {what}.</translation>
  </message>
  <message>
   <source>It could not be stopped.</source>
   <translation>No se pudo detener.</translation>
  </message>
  <message>
   <source>It does not answer.</source>
   <translation>No responde.</translation>
  </message>
  <message>
   <source>It does not run.</source>
   <translation>No está en ejecución.</translation>
  </message>
  <message>
   <source>It ended.</source>
   <translation>Terminó.</translation>
  </message>
  <message>
   <source>It failed the last time it ran.</source>
   <translation>Falló la última vez que se ejecutó.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It is tried again every {slow_retry_s} minutes.</source>
   <translation>Falló {failure_limit} veces en {failure_window_s} minutos. Se intenta de nuevo cada {slow_retry_s} minutos.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It stays down until you start it.</source>
   <translation>Falló {failure_limit} veces en {failure_window_s} minutos. Queda detenida hasta que la inicie.</translation>
  </message>
  <message>
   <source>It goes from the trash by itself after seven days.</source>
   <translation>Sale de la papelera por sí sola después de siete días.</translation>
  </message>
  <message>
   <source>It has the simulator, which is no GOWA and is not updated.</source>
   <translation>Tiene el simulador, que no es GOWA y no se actualiza.</translation>
  </message>
  <message>
   <source>It is not in the trash any more.</source>
   <translation>Ya no está en la papelera.</translation>
  </message>
  <message>
   <source>It is stopped and stays so; it has not been started with this version yet.</source>
   <translation>Está detenida y así queda; aún no se ha iniciado con esta versión.</translation>
  </message>
  <message>
   <source>It is tried again every few seconds; until then instances are only shown, and what runs goes on running.</source>
   <translation>Se intenta de nuevo cada pocos segundos; hasta entonces, las instancias solo se muestran y lo que está en ejecución sigue así.</translation>
  </message>
  <message>
   <source>It keeps what was deleted for 7 days.</source>
   <translation>Conserva lo eliminado durante 7 días.</translation>
  </message>
  <message>
   <source>It listens {where} and asks for no sign-in: anyone on your network can use it.</source>
   <translation>Escucha {where} y no pide inicio de sesión: cualquiera en su red puede usarla.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile.</source>
   <translation>Puede que se haya eliminado entretanto.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile; look at the list of templates.</source>
   <translation>Puede que se haya eliminado entretanto; consulte la lista de plantillas.</translation>
  </message>
  <message>
   <source>It must have the same host and port as the public address for OAuth.</source>
   <translation>Debe tener el mismo host y puerto que la dirección pública para OAuth.</translation>
  </message>
  <message>
   <source>It runs again.</source>
   <translation>Está de nuevo en ejecución.</translation>
  </message>
  <message>
   <source>It runs well with {to_tag}.</source>
   <translation>Funciona bien con {to_tag}.</translation>
  </message>
  <message>
   <source>It sets {names}, which GOWA would obey unasked.</source>
   <translation>Define {names}, que GOWA obedecería sin que se le pidiera.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Se canceló.</translation>
  </message>
  <message>
   <source>It was changed after this update was planned. Update it again.</source>
   <translation>Se cambió después de planificar esta actualización. Actualícela de nuevo.</translation>
  </message>
  <message>
   <source>It was deleted after this update was planned.</source>
   <translation>Se eliminó después de planificar esta actualización.</translation>
  </message>
  <message>
   <source>It was made anew from the records of {instances} instance{instances2}</source>
   <translation>Se creó de nuevo a partir de los datos de {instances} instancia{instances2}</translation>
  </message>
  <message>
   <source>It was put back or deleted meanwhile.</source>
   <translation>Se recuperó o se eliminó entretanto.</translation>
  </message>
  <message>
   <source>It was restored from the copy of {copied_at} {copied_at2}</source>
   <translation>Se restauró desde la copia del {copied_at} {copied_at2}</translation>
  </message>
  <message>
   <source>It was stopped as asked.</source>
   <translation>Se detuvo según lo pedido.</translation>
  </message>
  <message>
   <source>It was stopped before it could be compared with what it was.</source>
   <translation>Se detuvo antes de poder compararla con lo que era.</translation>
  </message>
  <message>
   <source>It was stopped before it was ready.</source>
   <translation>Se detuvo antes de estar lista.</translation>
  </message>
  <message>
   <source>Its WhatsApp accounts could not be asked for before; only its health was watched.</source>
   <translation>Antes no se pudo consultar sus cuentas de WhatsApp; solo se vigiló su estado.</translation>
  </message>
  <message>
   <source>Its default holds.</source>
   <translation>Se aplica su valor predeterminado.</translation>
  </message>
  <message>
   <source>Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.</source>
   <translation>Puede que su disco esté montado con noexec o que un programa de seguridad lo prohíba. Elija otra carpeta de datos.</translation>
  </message>
  <message>
   <source>Its files arrive one after another. Try again in some minutes.</source>
   <translation>Sus archivos llegan uno tras otro. Inténtelo de nuevo en unos minutos.</translation>
  </message>
  <message>
   <source>Its settings were changed meanwhile.</source>
   <translation>Sus ajustes se cambiaron entretanto.</translation>
  </message>
  <message>
   <source>Its threads: {told}.</source>
   <translation>Sus hilos: {told}.</translation>
  </message>
  <message>
   <source>Its users were changed since it was started; restart it so that it knows the new ones.</source>
   <translation>Sus usuarios cambiaron desde que se inició; reiníciela para que conozca los nuevos.</translation>
  </message>
  <message>
   <source>Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name.</source>
   <translation>Sus webhooks se firman con el secreto propio de GOWA, que todos conocen: cualquiera puede enviar eventos en su nombre.</translation>
  </message>
  <message>
   <source>Keep chats</source>
   <translation>Conservar chats</translation>
  </message>
  <message>
   <source>Keep read marks in step</source>
   <translation>Sincronizar las marcas de lectura</translation>
  </message>
  <message>
   <source>Kept, but without effect in this version: {unheard}.</source>
   <translation>Se conserva, pero sin efecto en esta versión: {unheard}.</translation>
  </message>
  <message>
   <source>Leave it out, or choose a version that has it with --gowa.</source>
   <translation>Omítala o elija con --gowa una versión que lo tenga.</translation>
  </message>
  <message>
   <source>Leave it out, or move the instance to a version that has it: gowa-desktop update {name}</source>
   <translation>Omítala o pase la instancia a una versión que la tenga: gowa-desktop update {name}</translation>
  </message>
  <message>
   <source>Leave out commas, semicolons and quotation marks.</source>
   <translation>Omita comas, puntos y comas, y comillas.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {not_carried}. Use --format json for them.</source>
   <translation>Omitidos porque un .env no puede contenerlos: {not_carried}. Use --format json para ellos.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {secrets_left_out}. Add --with-secrets for them.</source>
   <translation>Omitidos porque contienen secretos: {secrets_left_out}. Agregue --with-secrets para incluirlos.</translation>
  </message>
  <message>
   <source>Length of a pulse</source>
   <translation>Duración de un pulso</translation>
  </message>
  <message>
   <source>Less than 10 MB</source>
   <translation>Menos de 10 MB</translation>
  </message>
  <message>
   <source>Lets AI assistants use this instance at the address /mcp. Without a sign-in everybody who reaches the port may.</source>
   <translation>Permite que los asistentes de IA usen esta instancia en la dirección /mcp. Sin inicio de sesión, puede hacerlo cualquiera que llegue al puerto.</translation>
  </message>
  <message>
   <source>Line {number} of the .env file cannot be read: {reason}.</source>
   <translation>No se puede leer la línea {number} del archivo .env: {reason}.</translation>
  </message>
  <message>
   <source>Listen on</source>
   <translation>Escuchar en</translation>
  </message>
  <message>
   <source>Listen on this computer only</source>
   <translation>Escuchar solo en este equipo</translation>
  </message>
  <message>
   <source>Look at its log.</source>
   <translation>Vea su registro.</translation>
  </message>
  <message>
   <source>Look at the folder.</source>
   <translation>Revise la carpeta.</translation>
  </message>
  <message>
   <source>Look at the list of available versions.</source>
   <translation>Consulte la lista de versiones disponibles.</translation>
  </message>
  <message>
   <source>Look at the list of instances for the names there are.</source>
   <translation>Consulte en la lista de instancias los nombres que hay.</translation>
  </message>
  <message>
   <source>Look at the list of instances.</source>
   <translation>Consulte la lista de instancias.</translation>
  </message>
  <message>
   <source>Look at the list of templates for the names there are.</source>
   <translation>Consulte en la lista de plantillas los nombres que hay.</translation>
  </message>
  <message>
   <source>Look at them and try again.</source>
   <translation>Revíselas e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Look for versions of GOWA</source>
   <translation>Buscar versiones de GOWA</translation>
  </message>
  <message>
   <source>Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.</source>
   <translation>Mire en su cuarentena, permita GOWA allí e instale de nuevo. GOWA no está firmado, por lo que los antivirus pueden sospechar de él.</translation>
  </message>
  <message>
   <source>Looking up the release</source>
   <translation>Consultando la versión</translation>
  </message>
  <message>
   <source>MCP</source>
   <translation>MCP</translation>
  </message>
  <message>
   <source>MCP sign-ins</source>
   <translation>Credenciales de MCP</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Creada a mano</translation>
  </message>
  <message>
   <source>Make it readable for you and try again.</source>
   <translation>Permita su lectura para su usuario e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Make it writable for you and try again.</source>
   <translation>Permita su escritura para su usuario e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Make it writable for you, or choose another with --data-dir.</source>
   <translation>Permita su escritura para su usuario o elija otra con --data-dir.</translation>
  </message>
  <message>
   <source>Make its folder writable for you and start again.</source>
   <translation>Permita la escritura en su carpeta para su usuario e inicie de nuevo.</translation>
  </message>
  <message>
   <source>Make its folder writable for you, or choose another with --data-dir.</source>
   <translation>Permita la escritura en su carpeta para su usuario o elija otra con --data-dir.</translation>
  </message>
  <message>
   <source>Make the folder above it writable for you and start again.</source>
   <translation>Permita la escritura en la carpeta superior para su usuario e inicie de nuevo.</translation>
  </message>
  <message>
   <source>Make this rule for all.</source>
   <translation>Defina esta regla para todas.</translation>
  </message>
  <message>
   <source>Mark messages as read</source>
   <translation>Marcar mensajes como leídos</translation>
  </message>
  <message>
   <source>Marks every incoming message as read at once.</source>
   <translation>Marca cada mensaje entrante como leído de inmediato.</translation>
  </message>
  <message>
   <source>Media are kept for 1 to {longest_days} days.</source>
   <translation>Los archivos multimedia se conservan de 1 a {longest_days} días.</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Límite de memoria</translation>
  </message>
  <message>
   <source>Move it back by hand.</source>
   <translation>Muévalo de vuelta a mano.</translation>
  </message>
  <message>
   <source>Move or remove it by hand, then try again.</source>
   <translation>Muévalo o quítelo a mano y después inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>Name a version of GOWA, such as v9.2.0.</source>
   <translation>Indique una versión de GOWA, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name a version, such as v9.2.0.</source>
   <translation>Indique una versión, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name an installed version, such as v9.2.0.</source>
   <translation>Indique una versión instalada, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name of the created inbox</source>
   <translation>Nombre de la bandeja de entrada creada</translation>
  </message>
  <message>
   <source>Name one or more, or use --all.</source>
   <translation>Indique una o más, o use --all.</translation>
  </message>
  <message>
   <source>Name one or more.</source>
   <translation>Indique una o más.</translation>
  </message>
  <message>
   <source>Names of device slots and their own webhooks are lost; v7 and before use only the first account.</source>
   <translation>Se pierden los nombres de los dispositivos y sus webhooks propios; v7 y anteriores usan solo la primera cuenta.</translation>
  </message>
  <message>
   <source>New conversations wait as pending until somebody takes them.</source>
   <translation>Las conversaciones nuevas quedan pendientes hasta que alguien las tome.</translation>
  </message>
  <message>
   <source>New in this version</source>
   <translation>Novedades de esta versión</translation>
  </message>
  <message>
   <source>No GOWA version is installed yet.</source>
   <translation>Aún no hay ninguna versión de GOWA instalada.</translation>
  </message>
  <message>
   <source>No instance is named.</source>
   <translation>No se indicó ninguna instancia.</translation>
  </message>
  <message>
   <source>No release of GOWA is known yet.</source>
   <translation>Aún no se conoce ninguna versión publicada de GOWA.</translation>
  </message>
  <message>
   <source>Nobody can tell which version it had, so there is no way back but its snapshot.</source>
   <translation>No se sabe qué versión tenía, así que no hay vuelta atrás salvo su copia instantánea.</translation>
  </message>
  <message>
   <source>Not begun, because {name} could not be updated.</source>
   <translation>No se empezó porque no se pudo actualizar {name}.</translation>
  </message>
  <message>
   <source>Not copied because it belongs to one instance: {labels}.</source>
   <translation>No se copia porque pertenece a una sola instancia: {labels}.</translation>
  </message>
  <message>
   <source>Not copied because it holds secrets: {left}.</source>
   <translation>No se copia porque contiene secretos: {left}.</translation>
  </message>
  <message>
   <source>Not everything in {path} could be deleted: {strerror}.</source>
   <translation>No se pudo eliminar todo lo que hay en {path}: {strerror}.</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Notes which instances run and asks them to stop.</source>
   <translation>Anota qué instancias están en marcha y les pide que se detengan.</translation>
  </message>
  <message>
   <source>Nothing is followed while GOWA Desktop is not running.</source>
   <translation>No se sigue nada mientras GOWA Desktop no está en ejecución.</translation>
  </message>
  <message>
   <source>Nothing of “{value}” is in the trash.</source>
   <translation>No hay nada de “{value}” en la papelera.</translation>
  </message>
  <message>
   <source>Nothing was changed because of {names}. {reasons}</source>
   <translation>No se cambió nada debido a {names}. {reasons}</translation>
  </message>
  <message>
   <source>Nothing was changed.</source>
   <translation>No se cambió nada.</translation>
  </message>
  <message>
   <source>Nothing was created because of {names}. GOWA {tag} does not know it.</source>
   <translation>No se creó nada por {names}. GOWA {tag} no la conoce.</translation>
  </message>
  <message>
   <source>Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.</source>
   <translation>No se instaló nada y las versiones instaladas están como estaban. Inténtelo más tarde; si sigue así, no confíe en este origen.</translation>
  </message>
  <message>
   <source>Nothing was installed. Try again later.</source>
   <translation>No se instaló nada. Inténtelo más tarde.</translation>
  </message>
  <message>
   <source>OAuth database</source>
   <translation>Base de datos de OAuth</translation>
  </message>
  <message>
   <source>OAuth needs the public https address of this instance.</source>
   <translation>OAuth necesita la dirección https pública de esta instancia.</translation>
  </message>
  <message>
   <source>Offers GOWA's own web page at the base URL. When off, that address answers with a short note.</source>
   <translation>Ofrece la página web propia de GOWA en la URL base. Si está desactivado, esa dirección responde con una nota breve.</translation>
  </message>
  <message>
   <source>Older versions</source>
   <translation>Versiones anteriores</translation>
  </message>
  <message>
   <source>Only a page with this SHA-256 is served, 64 hexadecimal digits. Leave it empty to accept any.</source>
   <translation>Solo se ofrece una página con este SHA-256, 64 dígitos hexadecimales. Déjelo vacío para aceptar cualquiera.</translation>
  </message>
  <message>
   <source>Only these kinds of events are sent. An empty list sends all.</source>
   <translation>Solo se envían estos tipos de eventos. Una lista vacía los envía todos.</translation>
  </message>
  <message>
   <source>Only {free} MB</source>
   <translation>Solo {free} MB</translation>
  </message>
  <message>
   <source>Open GOWA versions to install it; your instances change only when you update them.</source>
   <translation>Abra las versiones de GOWA para instalarla; sus instancias solo cambian cuando las actualiza.</translation>
  </message>
  <message>
   <source>Options are named as in the config, such as debug or webhooks.</source>
   <translation>Las opciones se llaman como en la configuración, como debug o webhooks.</translation>
  </message>
  <message>
   <source>Origins such as https://panel.example.com. An empty list or * lets any page in your browser call the API.</source>
   <translation>Orígenes como https://panel.example.com. Una lista vacía o * permite que cualquier página de su navegador llame a la API.</translation>
  </message>
  <message>
   <source>Other computers cannot reach it then.</source>
   <translation>Entonces, otros equipos no pueden acceder.</translation>
  </message>
  <message>
   <source>Other processes work in its folder: {names}.</source>
   <translation>Otros procesos trabajan en su carpeta: {names}.</translation>
  </message>
  <message>
   <source>Other processes work in the folder of {name}: {names}.</source>
   <translation>Otros procesos trabajan en la carpeta de {name}: {names}.</translation>
  </message>
  <message>
   <source>Other web pages cannot call it then.</source>
   <translation>Entonces, otras páginas web no pueden llamarla.</translation>
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
   <translation>Puerto</translation>
  </message>
  <message>
   <source>Port of the separate MCP server</source>
   <translation>Puerto del servidor MCP aparte</translation>
  </message>
  <message>
   <source>Port {next_free_port} is free.</source>
   <translation>El puerto {next_free_port} está libre.</translation>
  </message>
  <message>
   <source>Port {port} belongs to the instance {name}.</source>
   <translation>El puerto {port} pertenece a la instancia {name}.</translation>
  </message>
  <message>
   <source>Port {port} is reserved by the system, which lets no program listen there.</source>
   <translation>El puerto {port} está reservado por el sistema, que no permite a ningún programa escuchar ahí.</translation>
  </message>
  <message>
   <source>Port {port} is reserved for the system.</source>
   <translation>El puerto {port} está reservado para el sistema.</translation>
  </message>
  <message>
   <source>Port {port} is used by another program. Choose another port, or close that program.</source>
   <translation>Otro programa usa el puerto {port}. Elija otro puerto o cierre ese programa.</translation>
  </message>
  <message>
   <source>Port {port} is used by {who}.</source>
   <translation>El puerto {port} está en uso por {who}.</translation>
  </message>
  <message>
   <source>Português (Brasil)</source>
   <translation>Português (Brasil)</translation>
  </message>
  <message>
   <source>Presence after connecting</source>
   <translation>Presencia tras conectarse</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridad</translation>
  </message>
  <message>
   <source>Proxy for WhatsApp</source>
   <translation>Proxy para WhatsApp</translation>
  </message>
  <message>
   <source>Public address for OAuth</source>
   <translation>Dirección pública para OAuth</translation>
  </message>
  <message>
   <source>Public address of MCP</source>
   <translation>Dirección pública de MCP</translation>
  </message>
  <message>
   <source>Puts every address below this path, for use behind a reverse proxy. /health stays at the root.</source>
   <translation>Pone todas las direcciones bajo esta ruta, para usarla detrás de un proxy inverso. /health queda en la raíz.</translation>
  </message>
  <message>
   <source>Puts the agent's name before every reply from Chatwoot.</source>
   <translation>Pone el nombre del agente delante de cada respuesta de Chatwoot.</translation>
  </message>
  <message>
   <source>QR context canceled</source>
   <translation>QR context canceled</translation>
  </message>
  <message>
   <source>Quit GOWA Desktop and start it again.</source>
   <translation>Salga de GOWA Desktop e inícielo de nuevo.</translation>
  </message>
  <message>
   <source>Quit it and start it again.</source>
   <translation>Salga de él e inícielo de nuevo.</translation>
  </message>
  <message>
   <source>Raises the limit of 60 downloads an hour. It needs no permissions.</source>
   <translation>Eleva el límite de 60 descargas por hora. No necesita permisos.</translation>
  </message>
  <message>
   <source>Reject calls</source>
   <translation>Rechazar llamadas</translation>
  </message>
  <message>
   <source>Rejects incoming calls by itself.</source>
   <translation>Rechaza por sí solo las llamadas entrantes.</translation>
  </message>
  <message>
   <source>Remove GOWA {tag}</source>
   <translation>Quitar GOWA {tag}</translation>
  </message>
  <message>
   <source>Remove files or versions you do not need, and try again.</source>
   <translation>Quite archivos o versiones que no necesite e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Remove it, or have it removed, and start again.</source>
   <translation>Quítelo, o pida que lo quiten, e inicie de nuevo.</translation>
  </message>
  <message>
   <source>Removed GOWA {tags}.</source>
   <translation>Se quitó GOWA {tags}.</translation>
  </message>
  <message>
   <source>Reopen resolved conversations</source>
   <translation>Reabrir conversaciones resueltas</translation>
  </message>
  <message>
   <source>Reset data of</source>
   <translation>Restablecer datos de</translation>
  </message>
  <message>
   <source>Restart it to use the new version; your instances go on running meanwhile.</source>
   <translation>Reinícielo para usar la versión nueva; sus instancias siguen en marcha mientras tanto.</translation>
  </message>
  <message>
   <source>Restart {name} to apply it: gowa-desktop restart {name2}</source>
   <translation>Reinicie {name} para aplicarlo: gowa-desktop restart {name2}</translation>
  </message>
  <message>
   <source>Restore a snapshot, or reset the data of the instance.</source>
   <translation>Restaure una copia instantánea o restablezca los datos de la instancia.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy before changing the settings.</source>
   <translation>Restaure gowa.db desde una copia antes de cambiar los ajustes.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are.</source>
   <translation>Restaure gowa.db desde una copia, o elimine la instancia y créela de nuevo; se conservan como están.</translation>
  </message>
  <message>
   <source>Restore the data of</source>
   <translation>Restaurar los datos de</translation>
  </message>
  <message>
   <source>Restore the snapshot again, or restart GOWA Desktop.</source>
   <translation>Restaure de nuevo la copia instantánea o reinicie GOWA Desktop.</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer</source>
   <translation>Ejecuta, vigila y mantiene en marcha los servidores GOWA de la API de WhatsApp en su propio equipo</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Guárdela de nuevo desde una instancia.</translation>
  </message>
  <message>
   <source>Save received media</source>
   <translation>Guardar archivos multimedia recibidos</translation>
  </message>
  <message>
   <source>Saved the settings of {name} as the template {name2}.</source>
   <translation>Se guardaron los ajustes de {name} como la plantilla {name2}.</translation>
  </message>
  <message>
   <source>Saved {name} as {id}.</source>
   <translation>Se guardó {name} como {id}.</translation>
  </message>
  <message>
   <source>Secret for calls from Chatwoot</source>
   <translation>Secreto para llamadas de Chatwoot</translation>
  </message>
  <message>
   <source>See gowa-desktop --help.</source>
   <translation>Consulte gowa-desktop --help.</translation>
  </message>
  <message>
   <source>See them with: gowa-desktop snapshots list NAME</source>
   <translation>Véalas con: gowa-desktop snapshots list NAME</translation>
  </message>
  <message>
   <source>See what there is with: gowa-desktop config show NAME</source>
   <translation>Vea lo que hay con: gowa-desktop config show NAME</translation>
  </message>
  <message>
   <source>Send media through the web interface</source>
   <translation>Enviar multimedia por la interfaz web</translation>
  </message>
  <message>
   <source>Send own messages to webhooks</source>
   <translation>Enviar mensajes propios a los webhooks</translation>
  </message>
  <message>
   <source>Serve MCP</source>
   <translation>Ofrecer MCP</translation>
  </message>
  <message>
   <source>Serve the dashboard</source>
   <translation>Ofrecer el panel</translation>
  </message>
  <message>
   <source>Set XDG_RUNTIME_DIR to a folder of yours.</source>
   <translation>Defina XDG_RUNTIME_DIR con una carpeta suya.</translation>
  </message>
  <message>
   <source>Set an http proxy in the settings.</source>
   <translation>Defina un proxy http en los ajustes.</translation>
  </message>
  <message>
   <source>Set the other options with a command of their own.</source>
   <translation>Ajusta las demás opciones con un comando propio.</translation>
  </message>
  <message>
   <source>Shorten its arguments.</source>
   <translation>Acorte sus argumentos.</translation>
  </message>
  <message>
   <source>Shorten them to {longest_notes}.</source>
   <translation>Acórtelas a {longest_notes}.</translation>
  </message>
  <message>
   <source>Show presence now and then</source>
   <translation>Mostrar presencia de vez en cuando</translation>
  </message>
  <message>
   <source>Shows conversations in a Chatwoot inbox and sends the answers written there.</source>
   <translation>Muestra las conversaciones en una bandeja de entrada de Chatwoot y envía las respuestas escritas allí.</translation>
  </message>
  <message>
   <source>Sign in to MCP with OAuth</source>
   <translation>Iniciar sesión en MCP con OAuth</translation>
  </message>
  <message>
   <source>Sign replies</source>
   <translation>Firmar respuestas</translation>
  </message>
  <message>
   <source>Sign-ins</source>
   <translation>Credenciales</translation>
  </message>
  <message>
   <source>Snapshots in {folder} cannot be read or written: {strerror}.</source>
   <translation>Las copias instantáneas de {folder} no se pueden leer o escribir: {strerror}.</translation>
  </message>
  <message>
   <source>Some messages could not be decrypted. If that goes on, pair the device again.</source>
   <translation>No se pudieron descifrar algunos mensajes. Si continúa, vincule de nuevo el dispositivo.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Ocurrió un error inesperado: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {name}.</source>
   <translation>Ocurrió un error inesperado: {name}.</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop ({name}).</source>
   <translation>Algo falló dentro de GOWA Desktop ({name}).</translation>
  </message>
  <message>
   <source>Stand-in text for missing media</source>
   <translation>Texto sustituto para multimedia que falta</translation>
  </message>
  <message>
   <source>Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file.</source>
   <translation>Vuelva a iniciar GOWA Desktop: restaura la copia buena más reciente y conserva el archivo dañado.</translation>
  </message>
  <message>
   <source>Start GOWA Desktop once with this data folder; it keeps a copy of the old database.</source>
   <translation>Inicie GOWA Desktop una vez con esta carpeta de datos; conserva una copia de la base de datos anterior.</translation>
  </message>
  <message>
   <source>Start it again and see what became of the command with: gowa-desktop list</source>
   <translation>Inícielo de nuevo y vea qué pasó con la orden con: gowa-desktop list</translation>
  </message>
  <message>
   <source>Start it again when you want it.</source>
   <translation>Iníciela de nuevo cuando quiera.</translation>
  </message>
  <message>
   <source>Start it and try again.</source>
   <translation>Iníciela e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Start it with a letter or a digit.</source>
   <translation>Empiécelo con una letra o un dígito.</translation>
  </message>
  <message>
   <source>Start it, or leave --follow out.</source>
   <translation>Iníciela o quite --follow.</translation>
  </message>
  <message>
   <source>Start it, with a window or with --no-window, and try again.</source>
   <translation>Inícielo, con ventana o con --no-window, e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Start the instance again.</source>
   <translation>Inicie la instancia de nuevo.</translation>
  </message>
  <message>
   <source>Starting and stopping goes on and is saved when it is free; other changes have to wait.</source>
   <translation>Iniciar y detener sigue funcionando y se guarda cuando esté libre; los demás cambios deben esperar.</translation>
  </message>
  <message>
   <source>Still running although it was ended by force: {names}. End it in the system's task list.</source>
   <translation>Sigue en ejecución aunque se forzó su cierre: {names}. Termínelo en la lista de tareas del sistema.</translation>
  </message>
  <message>
   <source>Storage</source>
   <translation>Almacenamiento</translation>
  </message>
  <message>
   <source>Stores messages so that they can be replied to. Newer versions always do.</source>
   <translation>Guarda los mensajes para que se puedan responder. Las versiones más recientes siempre lo hacen.</translation>
  </message>
  <message>
   <source>Stores photos, videos and files of messages on this disk. GOWA never removes them and keeps images twice.</source>
   <translation>Guarda fotos, videos y archivos de los mensajes en este disco. GOWA nunca los quita y conserva las imágenes por duplicado.</translation>
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
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>Take one away first.</source>
   <translation>Quite antes una.</translation>
  </message>
  <message>
   <source>Tell about deleted messages</source>
   <translation>Avisar de mensajes eliminados</translation>
  </message>
  <message>
   <source>Tell about edited messages</source>
   <translation>Avisar de mensajes editados</translation>
  </message>
  <message>
   <source>The GitHub repository, as owner/name, that the page comes from. Its code runs in your browser with your sign-in.</source>
   <translation>El repositorio de GitHub, como owner/name, del que procede la página. Su código se ejecuta en su navegador con sus credenciales.</translation>
  </message>
  <message>
   <source>The SQLite file for clients and tokens, as file:path below the instance folder.</source>
   <translation>El archivo SQLite para clientes y tokens, como file:ruta bajo la carpeta de la instancia.</translation>
  </message>
  <message>
   <source>The address cannot have a user, password, query or fragment.</source>
   <translation>La dirección no puede tener usuario, contraseña, consulta ni fragmento.</translation>
  </message>
  <message>
   <source>The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.</source>
   <translation>La dirección debe empezar por http://, https:// o socks5://. De lo contrario, GOWA se conectaría sin proxy.</translation>
  </message>
  <message>
   <source>The address must start with https://.</source>
   <translation>La dirección debe empezar por https://.</translation>
  </message>
  <message>
   <source>The address of the Chatwoot server, such as https://chat.example.com.</source>
   <translation>La dirección del servidor de Chatwoot, como https://chat.example.com.</translation>
  </message>
  <message>
   <source>The answer of the release server cannot be read.</source>
   <translation>No se puede leer la respuesta del servidor de versiones.</translation>
  </message>
  <message>
   <source>The answer of the release server is no list of releases.</source>
   <translation>La respuesta del servidor de versiones no es una lista de versiones.</translation>
  </message>
  <message>
   <source>The answer of the release server is no release.</source>
   <translation>La respuesta del servidor de versiones no es una versión.</translation>
  </message>
  <message>
   <source>The answer of {host} cannot be read.</source>
   <translation>No se puede leer la respuesta de {host}.</translation>
  </message>
  <message>
   <source>The argument is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>El argumento tiene más de {max_characters} caracteres, lo que no todos los sistemas pueden transmitir.</translation>
  </message>
  <message>
   <source>The argument is no text.</source>
   <translation>El argumento no es texto.</translation>
  </message>
  <message>
   <source>The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.</source>
   <translation>La base de datos de chats procede de GOWA v7. Aparte chatstorage.db; la vinculación queda.</translation>
  </message>
  <message>
   <source>The chat store in {folder} cannot be moved: {strerror}.</source>
   <translation>Los chats guardados en {folder} no se pueden mover: {strerror}.</translation>
  </message>
  <message>
   <source>The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew.</source>
   <translation>Los chats guardados de v7, que la versión más reciente no podría usar, se apartan; los chats y mensajes empiezan de nuevo.</translation>
  </message>
  <message>
   <source>The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside.</source>
   <translation>Los chats y mensajes anteriores no aparecen en la versión nueva; GOWA no puede convertirlos. Su archivo se conserva aparte.</translation>
  </message>
  <message>
   <source>The chats and messages of before the update to v8 or later, which were kept aside, come back.</source>
   <translation>Vuelven los chats y mensajes de antes de la actualización a v8 o posterior, que se conservaron aparte.</translation>
  </message>
  <message>
   <source>The chats and messages of the newer version do not appear in the older one. Their file is kept aside.</source>
   <translation>Los chats y mensajes de la versión más reciente no aparecen en la anterior. Su archivo se conserva aparte.</translation>
  </message>
  <message>
   <source>The checksums cannot be read.</source>
   <translation>No se pueden leer las sumas de comprobación.</translation>
  </message>
  <message>
   <source>The clean-up did not tell what it did.</source>
   <translation>La limpieza no indicó lo que hizo.</translation>
  </message>
  <message>
   <source>The command comes from another version of GOWA Desktop than the one that is running.</source>
   <translation>La orden procede de otra versión de GOWA Desktop distinta de la que está en ejecución.</translation>
  </message>
  <message>
   <source>The command failed.</source>
   <translation>La orden falló.</translation>
  </message>
  <message>
   <source>The command has no verb.</source>
   <translation>La orden no tiene verbo.</translation>
  </message>
  <message>
   <source>The command is too long to send.</source>
   <translation>La orden es demasiado larga para enviarla.</translation>
  </message>
  <message>
   <source>The command is too long.</source>
   <translation>La orden es demasiado larga.</translation>
  </message>
  <message>
   <source>The command socket {name} cannot be opened: {server}.</source>
   <translation>No se puede abrir el socket de órdenes {name}: {server}.</translation>
  </message>
  <message>
   <source>The command “{verb}” needs the text “{key}”.</source>
   <translation>La orden “{verb}” necesita el texto “{key}”.</translation>
  </message>
  <message>
   <source>The connection ended before the file did.</source>
   <translation>La conexión terminó antes que el archivo.</translation>
  </message>
  <message>
   <source>The connection to WhatsApp goes through this address: http://, https:// or socks5://, with user and password if needed.</source>
   <translation>La conexión a WhatsApp pasa por esta dirección: http://, https:// o socks5://, con usuario y contraseña si hacen falta.</translation>
  </message>
  <message>
   <source>The connection to {host} was lost.</source>
   <translation>Se perdió la conexión con {host}.</translation>
  </message>
  <message>
   <source>The connection to {url} was lost.</source>
   <translation>Se perdió la conexión con {url}.</translation>
  </message>
  <message>
   <source>The dashboard of an instance could not be copied for the others</source>
   <translation>No se pudo copiar el panel de una instancia para las demás</translation>
  </message>
  <message>
   <source>The dashboard that was downloaded is not the one its release describes.</source>
   <translation>El panel descargado no es el que describe su publicación.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {error}.</source>
   <translation>No se puede crear la carpeta de datos {root}: {error}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {strerror}.</source>
   <translation>No se puede crear la carpeta de datos {root}: {strerror}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be {what}: {reason}.</source>
   <translation>La carpeta de datos {root} no se puede usar ({what}): {reason}.</translation>
  </message>
  <message>
   <source>The data folder {root} is a file.</source>
   <translation>La carpeta de datos {root} es un archivo.</translation>
  </message>
  <message>
   <source>The data folder {root} is not there.</source>
   <translation>La carpeta de datos {root} no está.</translation>
  </message>
  <message>
   <source>The data of {name} is in the trash; its settings stay.</source>
   <translation>Los datos de {name} están en la papelera; sus ajustes quedan.</translation>
  </message>
  <message>
   <source>The data of {name} is put back.</source>
   <translation>Se recuperaron los datos de {name}.</translation>
  </message>
  <message>
   <source>The database of the {word} is on a server and has to be saved there.</source>
   <translation>La base de datos ({word}) está en un servidor y debe guardarse allí.</translation>
  </message>
  <message>
   <source>The database of the {word} lies outside the instance folder.</source>
   <translation>La base de datos ({word}) está fuera de la carpeta de la instancia.</translation>
  </message>
  <message>
   <source>The database was {what}. {how}{kept}.</source>
   <translation>Estado de la base de datos: {what}. {how}{kept}.</translation>
  </message>
  <message>
   <source>The database {database} has gone or was replaced, so the change could not be saved.</source>
   <translation>La base de datos {database} desapareció o se reemplazó, así que no se pudo guardar el cambio.</translation>
  </message>
  <message>
   <source>The database {database} has gone.</source>
   <translation>La base de datos {database} desapareció.</translation>
  </message>
  <message>
   <source>The database {folder} is damaged.</source>
   <translation>La base de datos {folder} está dañada.</translation>
  </message>
  <message>
   <source>The database {path} cannot be written.</source>
   <translation>No se puede escribir la base de datos {path}.</translation>
  </message>
  <message>
   <source>The database {path} comes from another version and has not been converted yet.</source>
   <translation>La base de datos {path} procede de otra versión y aún no se ha convertido.</translation>
  </message>
  <message>
   <source>The database {path} could not be used: {error}.</source>
   <translation>No se pudo usar la base de datos {path}: {error}.</translation>
  </message>
  <message>
   <source>The database {path} is damaged.</source>
   <translation>La base de datos {path} está dañada.</translation>
  </message>
  <message>
   <source>The database {path} is in use by another program.</source>
   <translation>Otro programa está usando la base de datos {path}.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}, so the change could not be saved.</source>
   <translation>La base de datos {path} está en uso por {holder}, así que no se pudo guardar el cambio.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}.</source>
   <translation>La base de datos {path} está en uso por {holder}.</translation>
  </message>
  <message>
   <source>The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {schema_version}).</source>
   <translation>Un GOWA Desktop más reciente escribió la base de datos {path} (su formato es {version}, este programa conoce {schema_version}).</translation>
  </message>
  <message>
   <source>The details are in gowa-desktop.log in its data folder.</source>
   <translation>Los detalles están en gowa-desktop.log, en su carpeta de datos.</translation>
  </message>
  <message>
   <source>The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.</source>
   <translation>El dispositivo recibe un nombre propio, como 628111:7@s.whatsapp.net. Con un solo dispositivo, las llamadas no necesitan X-Device-Id.</translation>
  </message>
  <message>
   <source>The device was unlinked on the phone. Pair it again.</source>
   <translation>El dispositivo se desvinculó en el teléfono. Vincúlelo de nuevo.</translation>
  </message>
  <message>
   <source>The disk is full, so the change could not be saved.</source>
   <translation>El disco está lleno, así que no se pudo guardar el cambio.</translation>
  </message>
  <message>
   <source>The disk is full. Free some space and start it again.</source>
   <translation>El disco está lleno. Libere espacio e iníciela de nuevo.</translation>
  </message>
  <message>
   <source>The disk is the same for all instances.</source>
   <translation>El disco es el mismo para todas las instancias.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} does not answer.</source>
   <translation>El disco de la carpeta de datos {root} no responde.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} is full.</source>
   <translation>El disco de la carpeta de datos {root} está lleno.</translation>
  </message>
  <message>
   <source>The download cannot be written: {strerror}.</source>
   <translation>No se puede escribir la descarga: {strerror}.</translation>
  </message>
  <message>
   <source>The download could not go on where it was cut.</source>
   <translation>La descarga no pudo continuar desde donde se cortó.</translation>
  </message>
  <message>
   <source>The entry contains a comma, at which GOWA would cut it in two.{advice}</source>
   <translation>La entrada contiene una coma, por la que GOWA la partiría en dos.{advice}</translation>
  </message>
  <message>
   <source>The entry has a space at its ends, which GOWA would keep.</source>
   <translation>La entrada tiene un espacio en sus extremos, que GOWA conservaría.</translation>
  </message>
  <message>
   <source>The entry is empty. Write something or remove the row.</source>
   <translation>La entrada está vacía. Escriba algo o quite la fila.</translation>
  </message>
  <message>
   <source>The exact name of the file in a release of that repository.</source>
   <translation>El nombre exacto del archivo en una publicación de ese repositorio.</translation>
  </message>
  <message>
   <source>The extra arguments are no list.</source>
   <translation>Los argumentos adicionales no son una lista.</translation>
  </message>
  <message>
   <source>The extra environment is no list of names and values.</source>
   <translation>El entorno adicional no es una lista de nombres y valores.</translation>
  </message>
  <message>
   <source>The file cannot be read as JSON{place}.</source>
   <translation>No se puede leer el archivo como JSON{place}.</translation>
  </message>
  <message>
   <source>The file cannot be read.</source>
   <translation>No se puede leer el archivo.</translation>
  </message>
  <message>
   <source>The file holds no settings of an instance.</source>
   <translation>El archivo no contiene ajustes de una instancia.</translation>
  </message>
  <message>
   <source>The file name {name} does not say which version it is.</source>
   <translation>El nombre de archivo {name} no indica qué versión es.</translation>
  </message>
  <message>
   <source>The file of GOWA {tag} is far too large to be GOWA.</source>
   <translation>El archivo de GOWA {tag} es demasiado grande para ser GOWA.</translation>
  </message>
  <message>
   <source>The file was written by a newer GOWA Desktop.</source>
   <translation>Un GOWA Desktop más reciente escribió el archivo.</translation>
  </message>
  <message>
   <source>The file {path} cannot be moved aside: {strerror}.</source>
   <translation>No se puede apartar el archivo {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be read: {strerror}.</source>
   <translation>No se puede leer el archivo {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be written: {strerror}.</source>
   <translation>No se puede escribir el archivo {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} is no text.</source>
   <translation>El archivo {path} no es texto.</translation>
  </message>
  <message>
   <source>The file {path} is too large to hold settings.</source>
   <translation>El archivo {path} es demasiado grande para contener ajustes.</translation>
  </message>
  <message>
   <source>The file {target} cannot be written: {strerror}.</source>
   <translation>No se puede escribir el archivo {target}: {strerror}.</translation>
  </message>
  <message>
   <source>The folder of {name} holds {value}; the limit is {limit}. Clean up its media.</source>
   <translation>La carpeta de {name} ocupa {value}; el límite es {limit}. Limpie sus archivos multimedia.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket belongs to someone else.</source>
   <translation>La carpeta {folder} para el socket de órdenes pertenece a otra persona.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket cannot be used: {error}.</source>
   <translation>La carpeta {folder} para el socket de órdenes no se puede usar: {error}.</translation>
  </message>
  <message>
   <source>The https address under which this instance is reached from outside.</source>
   <translation>La dirección https con la que se accede a esta instancia desde fuera.</translation>
  </message>
  <message>
   <source>The inbox that conversations go to. It may stay 0 when the inbox is created by itself.</source>
   <translation>La bandeja de entrada a la que van las conversaciones. Puede quedar en 0 si la bandeja se crea por sí sola.</translation>
  </message>
  <message>
   <source>The instance data stayed in {trashed}: {strerror}.</source>
   <translation>Los datos de la instancia quedaron en {trashed}: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder cannot be written. Check its permissions.</source>
   <translation>No se puede escribir en la carpeta de la instancia. Revise sus permisos.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be moved to the trash: {strerror}.</source>
   <translation>La carpeta de la instancia {folder} no se puede mover a la papelera: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be used: {strerror}.</source>
   <translation>La carpeta de la instancia {folder} no se puede usar: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written.</source>
   <translation>No se puede escribir en la carpeta de la instancia {folder}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written: {strerror}.</source>
   <translation>No se puede escribir en la carpeta de la instancia {folder}: {strerror}.</translation>
  </message>
  <message>
   <source>The instance has no port.</source>
   <translation>La instancia no tiene puerto.</translation>
  </message>
  <message>
   <source>The journal of updates in {folder} cannot be written: {folder2}.</source>
   <translation>No se puede escribir el diario de actualizaciones en {folder}: {folder2}.</translation>
  </message>
  <message>
   <source>The key of the signature each call carries, so that the receiver can tell that it comes from this instance.</source>
   <translation>La clave de la firma que lleva cada llamada, para que el receptor sepa que procede de esta instancia.</translation>
  </message>
  <message>
   <source>The link leads to no instance.</source>
   <translation>El enlace no lleva a ninguna instancia.</translation>
  </message>
  <message>
   <source>The list is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>La lista tiene más de {max_characters} caracteres, lo que no todos los sistemas pueden transmitir.</translation>
  </message>
  <message>
   <source>The list of versions cannot be kept: {strerror}.</source>
   <translation>No se puede conservar la lista de versiones: {strerror}.</translation>
  </message>
  <message>
   <source>The log file {path} cannot be written: {strerror}.</source>
   <translation>No se puede escribir el archivo de registro {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The message is no JSON object.</source>
   <translation>El mensaje no es un objeto JSON.</translation>
  </message>
  <message>
   <source>The message is no JSON.</source>
   <translation>El mensaje no es JSON.</translation>
  </message>
  <message>
   <source>The name has {cleaned} characters; {max_name_length} is the most.</source>
   <translation>El nombre tiene {cleaned} caracteres; el máximo es {max_name_length}.</translation>
  </message>
  <message>
   <source>The name is empty.</source>
   <translation>El nombre está vacío.</translation>
  </message>
  <message>
   <source>The name of this linked device on the phone; GOWA adds its version. It takes effect at the next pairing.</source>
   <translation>El nombre de este dispositivo vinculado en el teléfono; GOWA agrega su versión. Tiene efecto en la próxima vinculación.</translation>
  </message>
  <message>
   <source>The name simulator belongs to the built-in stand-in.</source>
   <translation>El nombre simulator pertenece al sustituto incorporado.</translation>
  </message>
  <message>
   <source>The newest dashboard release has no page with a checksum.</source>
   <translation>La publicación más reciente del panel no tiene una página con suma de comprobación.</translation>
  </message>
  <message>
   <source>The newest good copy and what each instance knows of itself take its place; what runs goes on running.</source>
   <translation>La sustituyen la copia buena más reciente y lo que cada instancia sabe de sí misma; lo que está en ejecución sigue así.</translation>
  </message>
  <message>
   <source>The notes have {text} characters.</source>
   <translation>Las notas tienen {text} caracteres.</translation>
  </message>
  <message>
   <source>The number behind /accounts/ in Chatwoot's own addresses.</source>
   <translation>El número tras /accounts/ en las propias direcciones de Chatwoot.</translation>
  </message>
  <message>
   <source>The number of lines must be 1 or more.</source>
   <translation>El número de líneas debe ser 1 o más.</translation>
  </message>
  <message>
   <source>The pairing of {lost} is missing.</source>
   <translation>Falta la vinculación de {lost}.</translation>
  </message>
  <message>
   <source>The pairing with the phone, if WhatsApp still accepts the older version.</source>
   <translation>La vinculación con el teléfono, si WhatsApp aún acepta la versión anterior.</translation>
  </message>
  <message>
   <source>The pairing with the phone: nothing has to be scanned again.</source>
   <translation>La vinculación con el teléfono: no hay que escanear nada de nuevo.</translation>
  </message>
  <message>
   <source>The pairing, all chats and messages, and all settings.</source>
   <translation>La vinculación, todos los chats y mensajes, y todos los ajustes.</translation>
  </message>
  <message>
   <source>The port is set by itself.</source>
   <translation>El puerto se ajusta por separado.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself, not among its options.</source>
   <translation>El puerto se define en la propia instancia, no entre sus opciones.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself.</source>
   <translation>El puerto se define en la propia instancia.</translation>
  </message>
  <message>
   <source>The port this instance answers on. It belongs to the instance and is changed there.</source>
   <translation>El puerto en el que responde esta instancia. Pertenece a la instancia y se cambia allí.</translation>
  </message>
  <message>
   <source>The port: it belongs to the instance and stays as it is.</source>
   <translation>El puerto: pertenece a la instancia y queda como está.</translation>
  </message>
  <message>
   <source>The program cannot be run here: {strerror}.</source>
   <translation>El programa no se puede ejecutar aquí: {strerror}.</translation>
  </message>
  <message>
   <source>The program did not answer when asked for its help.</source>
   <translation>El programa no respondió al pedirle su ayuda.</translation>
  </message>
  <message>
   <source>The program ended before its turn; it is as it was.</source>
   <translation>El programa terminó antes de su turno; está como estaba.</translation>
  </message>
  <message>
   <source>The program ended while it was being updated.</source>
   <translation>El programa terminó mientras se actualizaba.</translation>
  </message>
  <message>
   <source>The program inside the file is too large to be GOWA.</source>
   <translation>El programa dentro del archivo es demasiado grande para ser GOWA.</translation>
  </message>
  <message>
   <source>The program inside {name} is a link or too large.</source>
   <translation>El programa dentro de {name} es un enlace o es demasiado grande.</translation>
  </message>
  <message>
   <source>The program of GOWA cannot run, because {reason}: {program}.</source>
   <translation>El programa de GOWA no puede ejecutarse porque {reason}: {program}.</translation>
  </message>
  <message>
   <source>The program of GOWA {tag} has disappeared from {folder}.</source>
   <translation>El programa de GOWA {tag} desapareció de {folder}.</translation>
  </message>
  <message>
   <source>The program runs but is not GOWA, or not this version of it.</source>
   <translation>El programa se ejecuta, pero no es GOWA, o no es esta versión.</translation>
  </message>
  <message>
   <source>The program was taken away while it was being installed, most likely by a virus scanner ({name}).</source>
   <translation>El programa fue retirado durante la instalación, muy probablemente por un antivirus ({name}).</translation>
  </message>
  <message>
   <source>The proxy refuses the connection.</source>
   <translation>El proxy rechaza la conexión.</translation>
  </message>
  <message>
   <source>The proxy that is set for this computer is of a kind that does not work here.</source>
   <translation>El proxy definido para este equipo es de un tipo que no funciona aquí.</translation>
  </message>
  <message>
   <source>The proxy was not used. Check its address: http, https or socks5.</source>
   <translation>No se usó el proxy. Revise su dirección: http, https o socks5.</translation>
  </message>
  <message>
   <source>The public address of this instance with /chatwoot/webhook, which is registered with the created inbox.</source>
   <translation>La dirección pública de esta instancia con /chatwoot/webhook, que se registra en la bandeja de entrada creada.</translation>
  </message>
  <message>
   <source>The record of the instance cannot be written to {path}: {strerror}.</source>
   <translation>No se puede escribir el registro de la instancia en {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The record of the running process cannot be written to {path}: {strerror}.</source>
   <translation>No se puede escribir el registro del proceso en ejecución en {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The server sent more than the release says.</source>
   <translation>El servidor envió más de lo que indica la publicación.</translation>
  </message>
  <message>
   <source>The settings of {name} are those with which it last ran well.</source>
   <translation>Los ajustes de {name} son aquellos con los que funcionó bien por última vez.</translation>
  </message>
  <message>
   <source>The settings together are too large for a process to be started with. Shorten the longest lists.</source>
   <translation>El conjunto de ajustes es demasiado grande para iniciar un proceso con él. Acorte las listas más largas.</translation>
  </message>
  <message>
   <source>The settings under “flags” are no JSON object.</source>
   <translation>Los ajustes en “flags” no son un objeto JSON.</translation>
  </message>
  <message>
   <source>The sign-in has no {word}.</source>
   <translation>A las credenciales les falta: {word}.</translation>
  </message>
  <message>
   <source>The sign-ins are no list.</source>
   <translation>Las credenciales no son una lista.</translation>
  </message>
  <message>
   <source>The simulator is built in and needs no installation.</source>
   <translation>El simulador está incorporado y no necesita instalación.</translation>
  </message>
  <message>
   <source>The simulator is no version to update to.</source>
   <translation>El simulador no es una versión a la que actualizar.</translation>
  </message>
  <message>
   <source>The snapshot file {copy} is damaged.</source>
   <translation>El archivo de copia instantánea {copy} está dañado.</translation>
  </message>
  <message>
   <source>The snapshot {id} is deleted.</source>
   <translation>Se eliminó la copia instantánea {id}.</translation>
  </message>
  <message>
   <source>The snapshot {id} is gone.</source>
   <translation>La copia instantánea {id} ya no está.</translation>
  </message>
  <message>
   <source>The snapshot {name} is damaged.</source>
   <translation>La copia instantánea {name} está dañada.</translation>
  </message>
  <message>
   <source>The stored settings are no JSON object.</source>
   <translation>Los ajustes guardados no son un objeto JSON.</translation>
  </message>
  <message>
   <source>The stored settings cannot be read{place}.</source>
   <translation>No se pueden leer los ajustes guardados{place}.</translation>
  </message>
  <message>
   <source>The switched-off webhooks are no list of addresses.</source>
   <translation>Los webhooks desactivados no son una lista de direcciones.</translation>
  </message>
  <message>
   <source>The system does not accept the file as a program (exec format error).</source>
   <translation>El sistema no acepta el archivo como programa (exec format error).</translation>
  </message>
  <message>
   <source>The system does not allow listening on port {port}. Choose another port.</source>
   <translation>El sistema no permite escuchar en el puerto {port}. Elija otro puerto.</translation>
  </message>
  <message>
   <source>The system does not let programs run from {parent}.</source>
   <translation>El sistema no permite ejecutar programas desde {parent}.</translation>
  </message>
  <message>
   <source>The tag “{longest_tag}…” is too long.</source>
   <translation>La etiqueta “{longest_tag}…” es demasiado larga.</translation>
  </message>
  <message>
   <source>The template is named {name} now.</source>
   <translation>La plantilla se llama ahora {name}.</translation>
  </message>
  <message>
   <source>The template {name} cannot be read.</source>
   <translation>No se puede leer la plantilla {name}.</translation>
  </message>
  <message>
   <source>The text between the agent's name and the reply, usually line breaks.</source>
   <translation>El texto entre el nombre del agente y la respuesta, normalmente saltos de línea.</translation>
  </message>
  <message>
   <source>The text is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>El texto tiene más de {max_characters} caracteres, lo que no todos los sistemas pueden transmitir.</translation>
  </message>
  <message>
   <source>The text to look for is too long.</source>
   <translation>El texto que se busca es demasiado largo.</translation>
  </message>
  <message>
   <source>The time must be {minimum_s} s or longer.</source>
   <translation>El tiempo debe ser de {minimum_s} s o más.</translation>
  </message>
  <message>
   <source>The token has characters that no token has.</source>
   <translation>El token tiene caracteres que ningún token tiene.</translation>
  </message>
  <message>
   <source>The update left no report.</source>
   <translation>La actualización no dejó ningún informe.</translation>
  </message>
  <message>
   <source>The update was called off before its turn.</source>
   <translation>La actualización se canceló antes de su turno.</translation>
  </message>
  <message>
   <source>The update was called off.</source>
   <translation>La actualización se canceló.</translation>
  </message>
  <message>
   <source>The update was called off. {sentence}</source>
   <translation>La actualización se canceló. {sentence}</translation>
  </message>
  <message>
   <source>The value contains a NUL character.</source>
   <translation>El valor contiene un carácter NUL.</translation>
  </message>
  <message>
   <source>The value contains a character that is no text (half of a surrogate pair).</source>
   <translation>El valor contiene un carácter que no es texto (la mitad de un par sustituto).</translation>
  </message>
  <message>
   <source>The value contains a line break or another control character.</source>
   <translation>El valor contiene un salto de línea u otro carácter de control.</translation>
  </message>
  <message>
   <source>The value is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>El valor tiene más de {max_characters} caracteres, lo que no todos los sistemas pueden transmitir.</translation>
  </message>
  <message>
   <source>The value is neither true nor false.</source>
   <translation>El valor no es verdadero ni falso (true, false).</translation>
  </message>
  <message>
   <source>The value is no list.</source>
   <translation>El valor no es una lista.</translation>
  </message>
  <message>
   <source>The value is no text.</source>
   <translation>El valor no es texto.</translation>
  </message>
  <message>
   <source>The value is no whole number.</source>
   <translation>El valor no es un número entero.</translation>
  </message>
  <message>
   <source>The value must be {maximum} or less.</source>
   <translation>El valor debe ser {maximum} o menos.</translation>
  </message>
  <message>
   <source>The value must be {minimum} or more.</source>
   <translation>El valor debe ser {minimum} o más.</translation>
  </message>
  <message>
   <source>The version cannot be installed into {folder}: {strerror}.</source>
   <translation>No se puede instalar la versión en {folder}: {strerror}.</translation>
  </message>
  <message>
   <source>The version {tag} cannot be removed.</source>
   <translation>No se puede quitar la versión {tag}.</translation>
  </message>
  <message>
   <source>The web page could not be updated from the internet. The API works without it.</source>
   <translation>No se pudo actualizar la página web desde internet. La API funciona sin ella.</translation>
  </message>
  <message>
   <source>The zip file {name} is damaged.</source>
   <translation>El archivo zip {name} está dañado.</translation>
  </message>
  <message>
   <source>The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space.</source>
   <translation>El campo “{word}” no puede contener coma, dos puntos ni comillas, ni empezar o terminar con un espacio.</translation>
  </message>
  <message>
   <source>The {word} contains a line break or another control character.</source>
   <translation>El campo “{word}” contiene un salto de línea u otro carácter de control.</translation>
  </message>
  <message>
   <source>The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter.</source>
   <translation>El campo “{word}” tiene una letra compuesta de dos, como una e y un acento. Escríbala de nuevo como una sola letra.</translation>
  </message>
  <message>
   <source>The {word} is longer than {max_sign_in_characters} characters.</source>
   <translation>El campo “{word}” tiene más de {max_sign_in_characters} caracteres.</translation>
  </message>
  <message>
   <source>There are no instances. Create one with: gowa-desktop create NAME</source>
   <translation>No hay instancias. Cree una con: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are {most_searches} saved searches already.</source>
   <translation>Ya hay {most_searches} búsquedas guardadas.</translation>
  </message>
  <message>
   <source>There is a quotation mark at the end, which GOWA would cut off.</source>
   <translation>Hay unas comillas al final, que GOWA cortaría.</translation>
  </message>
  <message>
   <source>There is a space at the beginning or the end.</source>
   <translation>Hay un espacio al principio o al final.</translation>
  </message>
  <message>
   <source>There is already a file {path}.</source>
   <translation>Ya hay un archivo {path}.</translation>
  </message>
  <message>
   <source>There is already a template named {cleaned}.</source>
   <translation>Ya hay una plantilla llamada {cleaned}.</translation>
  </message>
  <message>
   <source>There is already a template named {name}.</source>
   <translation>Ya hay una plantilla llamada {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {name}.</source>
   <translation>Ya hay una instancia llamada {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {other}.</source>
   <translation>Ya hay una instancia llamada {other}.</translation>
  </message>
  <message>
   <source>There is no .env in the instance folder any more.</source>
   <translation>Ya no hay ningún .env en la carpeta de la instancia.</translation>
  </message>
  <message>
   <source>There is no command “{verb}”.</source>
   <translation>No existe la orden “{verb}”.</translation>
  </message>
  <message>
   <source>There is no database in {root}, although there was one.</source>
   <translation>No hay base de datos en {root}, aunque la hubo.</translation>
  </message>
  <message>
   <source>There is no file {source}.</source>
   <translation>No existe el archivo {source}.</translation>
  </message>
  <message>
   <source>There is no folder for the command socket.</source>
   <translation>No hay carpeta para el socket de órdenes.</translation>
  </message>
  <message>
   <source>There is no format “{wanted}”.</source>
   <translation>No existe el formato “{wanted}”.</translation>
  </message>
  <message>
   <source>There is no instance named “{name_or_key}”.</source>
   <translation>No hay ninguna instancia llamada “{name_or_key}”.</translation>
  </message>
  <message>
   <source>There is no instance with the id {instance_id}.</source>
   <translation>No hay ninguna instancia con el id {instance_id}.</translation>
  </message>
  <message>
   <source>There is no level “{word}”.</source>
   <translation>No existe el nivel “{word}”.</translation>
  </message>
  <message>
   <source>There is no option named “{strip}”.</source>
   <translation>No hay ninguna opción llamada “{strip}”.</translation>
  </message>
  <message>
   <source>There is no option named “{value}”.</source>
   <translation>No hay ninguna opción llamada “{value}”.</translation>
  </message>
  <message>
   <source>There is no registry on this system.</source>
   <translation>No hay registro de Windows en este sistema.</translation>
  </message>
  <message>
   <source>There is no release {tag} of GOWA.</source>
   <translation>No hay ninguna versión {tag} de GOWA.</translation>
  </message>
  <message>
   <source>There is no room for a snapshot: it needs {needed} and {free} are free.</source>
   <translation>No hay espacio para una copia instantánea: necesita {needed} y hay {free} libres.</translation>
  </message>
  <message>
   <source>There is no snapshot {name}.</source>
   <translation>No hay ninguna copia instantánea {name}.</translation>
  </message>
  <message>
   <source>There is no template named “{value}”.</source>
   <translation>No hay ninguna plantilla llamada “{value}”.</translation>
  </message>
  <message>
   <source>There is not enough room on the disk of {folder}{figures}.</source>
   <translation>No hay espacio suficiente en el disco de {folder}{figures}.</translation>
  </message>
  <message>
   <source>There is nothing to remove.</source>
   <translation>No hay nada que quitar.</translation>
  </message>
  <message>
   <source>There is nothing to save: all its settings are at their defaults or hold secrets.</source>
   <translation>No hay nada que guardar: todos sus ajustes tienen su valor predeterminado o contienen secretos.</translation>
  </message>
  <message>
   <source>There was no copy, so it begins empty</source>
   <translation>No había copia, así que empieza vacía</translation>
  </message>
  <message>
   <source>These chats are never shown in Chatwoot: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Estos chats nunca se muestran en Chatwoot: 4915112345678@s.whatsapp.net, o @g.us para todos los grupos.</translation>
  </message>
  <message>
   <source>This GOWA needs a newer system library (glibc). Choose another version.</source>
   <translation>Este GOWA necesita una biblioteca del sistema (glibc) más reciente. Elija otra versión.</translation>
  </message>
  <message>
   <source>This GOWA needs the system library glibc {decode} or newer; this computer has {own}.</source>
   <translation>Este GOWA necesita la biblioteca del sistema glibc {decode} o posterior; este equipo tiene {own}.</translation>
  </message>
  <message>
   <source>This change cannot be taken back any more.</source>
   <translation>Este cambio ya no se puede deshacer.</translation>
  </message>
  <message>
   <source>This data folder is only looked at.</source>
   <translation>Esta carpeta de datos solo se consulta.</translation>
  </message>
  <message>
   <source>This is no IPv4 address. Write one such as 127.0.0.1.</source>
   <translation>Esto no es una dirección IPv4. Escriba una como 127.0.0.1.</translation>
  </message>
  <message>
   <source>This is no address of a proxy.</source>
   <translation>Esto no es una dirección de proxy.</translation>
  </message>
  <message>
   <source>This is no web address. It must start with http:// or https:// and have no spaces.</source>
   <translation>Esto no es una dirección web. Debe empezar por http:// o https:// y no tener espacios.</translation>
  </message>
  <message>
   <source>This is the data that was reset.</source>
   <translation>Estos son los datos que se restablecieron.</translation>
  </message>
  <message>
   <source>This limit makes no sense.</source>
   <translation>Este límite no tiene sentido.</translation>
  </message>
  <message>
   <source>This snapshot is needed by what is being done right now.</source>
   <translation>Lo que se está haciendo ahora necesita esta copia instantánea.</translation>
  </message>
  <message>
   <source>This template is gone.</source>
   <translation>Esta plantilla ya no está.</translation>
  </message>
  <message>
   <source>This update sets chats aside, as said above. Nothing was done.</source>
   <translation>Esta actualización aparta chats, como se indica arriba. No se hizo nada.</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Esta versión ya estaba instalada.</translation>
  </message>
  <message>
   <source>This would delete the snapshot {id} of {name}.</source>
   <translation>Esto eliminaría la copia instantánea {id} de {name}.</translation>
  </message>
  <message>
   <source>This would delete {name} and its data for good. Nothing was done.</source>
   <translation>Esto eliminaría definitivamente {name} y sus datos. No se hizo nada.</translation>
  </message>
  <message>
   <source>Time between dashboard updates</source>
   <translation>Tiempo entre actualizaciones del panel</translation>
  </message>
  <message>
   <source>Time between two pulses</source>
   <translation>Tiempo entre dos pulsos</translation>
  </message>
  <message>
   <source>Too many commands are running at once.</source>
   <translation>Hay demasiadas órdenes en ejecución a la vez.</translation>
  </message>
  <message>
   <source>Trusted reverse proxies</source>
   <translation>Proxies inversos de confianza</translation>
  </message>
  <message>
   <source>Try again later, or check the release address in the settings.</source>
   <translation>Inténtelo más tarde o revise la dirección de versiones en los ajustes.</translation>
  </message>
  <message>
   <source>Try again later.</source>
   <translation>Inténtelo más tarde.</translation>
  </message>
  <message>
   <source>Try again when it can be changed.</source>
   <translation>Inténtelo de nuevo cuando se pueda cambiar.</translation>
  </message>
  <message>
   <source>Try again.</source>
   <translation>Inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Try again; details are in the program's log.</source>
   <translation>Inténtelo de nuevo; los detalles están en el registro del programa.</translation>
  </message>
  <message>
   <source>Try again; if it stays, restart GOWA Desktop.</source>
   <translation>Inténtelo de nuevo; si continúa, reinicie GOWA Desktop.</translation>
  </message>
  <message>
   <source>Trying it out</source>
   <translation>Probándola</translation>
  </message>
  <message>
   <source>Type a name such as shop-1.</source>
   <translation>Escriba un nombre como shop-1.</translation>
  </message>
  <message>
   <source>Undecryptable message</source>
   <translation>Mensaje indescifrable</translation>
  </message>
  <message>
   <source>Update it again.</source>
   <translation>Actualícela de nuevo.</translation>
  </message>
  <message>
   <source>Update the dashboard by itself</source>
   <translation>Actualizar el panel por sí solo</translation>
  </message>
  <message>
   <source>Update to {to_tag}</source>
   <translation>Actualizar a {to_tag}</translation>
  </message>
  <message>
   <source>Use a link such as {link_scheme}://instance/AB12CD34, with the key of an instance of this computer.</source>
   <translation>Use un enlace como {link_scheme}://instance/AB12CD34, con la clave de una instancia de este equipo.</translation>
  </message>
  <message>
   <source>Use a new secret</source>
   <translation>Usar un secreto nuevo</translation>
  </message>
  <message>
   <source>Use a system with glibc, or build GOWA for this one and import it.</source>
   <translation>Use un sistema con glibc, o compile GOWA para este e impórtelo.</translation>
  </message>
  <message>
   <source>Use at most {longest_pattern} characters.</source>
   <translation>Use como máximo {longest_pattern} caracteres.</translation>
  </message>
  <message>
   <source>Use letters, digits, spaces and - _ . ( ) + &amp; @ # only.</source>
   <translation>Use solo letras, dígitos, espacios y - _ . ( ) + &amp; @ #.</translation>
  </message>
  <message>
   <source>Use one of {levels}.</source>
   <translation>Use uno de estos: {levels}.</translation>
  </message>
  <message>
   <source>Use the command line, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use la línea de órdenes, salga antes de él o elija otra carpeta con --data-dir.</translation>
  </message>
  <message>
   <source>Use the gowa-desktop program to ask.</source>
   <translation>Use el programa gowa-desktop para consultar.</translation>
  </message>
  <message>
   <source>Use the one that runs, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use el que está en ejecución, salga antes de él o elija otra carpeta con --data-dir.</translation>
  </message>
  <message>
   <source>Use: gowa-desktop update "{name}", which keeps the pairing, or set it to its v7 version.</source>
   <translation>Use: gowa-desktop update "{name}", que conserva la vinculación, o asígnele su versión v7.</translation>
  </message>
  <message>
   <source>Wait a moment and try again.</source>
   <translation>Espere un momento e inténtelo de nuevo.</translation>
  </message>
  <message>
   <source>Wait until it has ended.</source>
   <translation>Espere a que termine.</translation>
  </message>
  <message>
   <source>Wait until that is done.</source>
   <translation>Espere a que acabe.</translation>
  </message>
  <message>
   <source>Wait until then, or enter a GitHub token in the settings.</source>
   <translation>Espere hasta entonces o introduzca un token de GitHub en los ajustes.</translation>
  </message>
  <message>
   <source>Wait until then.</source>
   <translation>Espere hasta entonces.</translation>
  </message>
  <message>
   <source>Waiting to go on</source>
   <translation>En espera para continuar</translation>
  </message>
  <message>
   <source>Watches servers</source>
   <translation>Vigila los servidores</translation>
  </message>
  <message>
   <source>Web pages that may call the API</source>
   <translation>Páginas web que pueden llamar a la API</translation>
  </message>
  <message>
   <source>Webhook addresses</source>
   <translation>Direcciones de webhooks</translation>
  </message>
  <message>
   <source>Webhook secret</source>
   <translation>Secreto de los webhooks</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhooks</translation>
  </message>
  <message>
   <source>Webhooks have another form from v8 on; what receives them must understand it.</source>
   <translation>Los webhooks tienen otra forma desde v8; lo que los recibe debe entenderla.</translation>
  </message>
  <message>
   <source>Webhooks switched off</source>
   <translation>Webhooks desactivados</translation>
  </message>
  <message>
   <source>What is read on one side is marked as read on the other.</source>
   <translation>Lo que se lee en un lado se marca como leído en el otro.</translation>
  </message>
  <message>
   <source>What is to be changed is not said.</source>
   <translation>No se dice qué hay que cambiar.</translation>
  </message>
  <message>
   <source>What runs goes on running; changes cannot be saved until then.</source>
   <translation>Lo que está en ejecución sigue así; hasta entonces no se pueden guardar cambios.</translation>
  </message>
  <message>
   <source>WhatsApp behaviour</source>
   <translation>Comportamiento de WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp database</source>
   <translation>Base de datos de WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see “waiting for this message” for a while, and a phone that was linked anew since has to be paired again.</source>
   <translation>Las claves de WhatsApp avanzan con cada mensaje. Los mensajes que llegaron después de esta copia instantánea pueden quedar ilegibles, los contactos pueden ver “esperando este mensaje” durante un tiempo, y un teléfono vinculado de nuevo desde entonces debe vincularse otra vez.</translation>
  </message>
  <message>
   <source>WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.</source>
   <translation>WhatsApp rechaza los clientes demasiado antiguos (error 405); entonces la instancia vuelve a la versión que tiene ahora.</translation>
  </message>
  <message>
   <source>WhatsApp says that this GOWA is too old. Use a newer version.</source>
   <translation>WhatsApp dice que este GOWA es demasiado antiguo. Use una versión más reciente.</translation>
  </message>
  <message>
   <source>WhatsApp session</source>
   <translation>Sesión de WhatsApp</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Cuando termina por sí sola</translation>
  </message>
  <message>
   <source>Where MCP itself is reached from outside. Left empty, it is the OAuth address with the base path and /mcp.</source>
   <translation>Dónde se accede al propio MCP desde fuera. Si se deja vacío, es la dirección de OAuth con la ruta base y /mcp.</translation>
  </message>
  <message>
   <source>Where the Chatwoot settings of a single device may point. An empty list allows any public host.</source>
   <translation>Adónde pueden apuntar los ajustes de Chatwoot de un solo dispositivo. Una lista vacía permite cualquier host público.</translation>
  </message>
  <message>
   <source>Where the WhatsApp session is kept: file:path for SQLite, or postgres://user:password@host/name. Another database means pairing again.</source>
   <translation>Dónde se guarda la sesión de WhatsApp: file:ruta para SQLite, o postgres://user:password@host/name. Con otra base de datos hay que vincular de nuevo.</translation>
  </message>
  <message>
   <source>Which WhatsApp device of this instance answers from Chatwoot, when there are several.</source>
   <translation>Qué dispositivo de WhatsApp de esta instancia responde desde Chatwoot, cuando hay varios.</translation>
  </message>
  <message>
   <source>Who may use the API and the dashboard. Without a sign-in everybody who reaches the port may.</source>
   <translation>Quién puede usar la API y el panel. Sin inicio de sesión, puede hacerlo cualquiera que llegue al puerto.</translation>
  </message>
  <message>
   <source>Whoever checks the signatures of its webhooks needs the new secret.</source>
   <translation>Quien comprueba las firmas de sus webhooks necesita el secreto nuevo.</translation>
  </message>
  <message>
   <source>Whoever uses it signs in as {sign_in_name}; the password is in the overview, under Connect.</source>
   <translation>Quien la use inicia sesión como {sign_in_name}; la contraseña está en el resumen, en Conectar.</translation>
  </message>
  <message>
   <source>Windows does not let the registry be changed: {strerror}.</source>
   <translation>Windows no permite cambiar el registro del sistema: {strerror}.</translation>
  </message>
  <message>
   <source>With direct import, media still go through Chatwoot's web interface, so that its files are complete.</source>
   <translation>Con la importación directa, los archivos multimedia siguen pasando por la interfaz web de Chatwoot, para que sus archivos estén completos.</translation>
  </message>
  <message>
   <source>With this GOWA prints its help and ends.</source>
   <translation>Con esto, GOWA muestra su ayuda y termina.</translation>
  </message>
  <message>
   <source>Write %23 for a # in a database address.</source>
   <translation>Escriba %23 para un # en la dirección de una base de datos.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in a database address.</source>
   <translation>Escriba %25 para un signo de porcentaje en la dirección de una base de datos.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in an address.</source>
   <translation>Escriba %25 para un signo de porcentaje en una dirección.</translation>
  </message>
  <message>
   <source>Write --format json or --format env.</source>
   <translation>Escriba --format json o --format env.</translation>
  </message>
  <message>
   <source>Write OPTION=VALUE, such as debug=true.</source>
   <translation>Escriba OPTION=VALUE, como debug=true.</translation>
  </message>
  <message>
   <source>Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups.</source>
   <translation>Escriba un JID completo, como 4915112345678@s.whatsapp.net o 120363000000000000@g.us, o @g.us para todos los grupos.</translation>
  </message>
  <message>
   <source>Write a host name or address only, without scheme, port and path.</source>
   <translation>Escriba solo un nombre de host o una dirección, sin esquema, puerto ni ruta.</translation>
  </message>
  <message>
   <source>Write a number above 0.</source>
   <translation>Escriba un número mayor que 0.</translation>
  </message>
  <message>
   <source>Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end.</source>
   <translation>Escriba una ruta como /gowa: letras, dígitos, puntos y guiones, sin barra al final.</translation>
  </message>
  <message>
   <source>Write a range with its length, such as 10.0.0.0/8.</source>
   <translation>Escriba un rango con su longitud, como 10.0.0.0/8.</translation>
  </message>
  <message>
   <source>Write a shorter one.</source>
   <translation>Escriba uno más corto.</translation>
  </message>
  <message>
   <source>Write a time with its unit, such as 30s, 5m or 48h.</source>
   <translation>Escriba un tiempo con su unidad, como 30s, 5m o 48h.</translation>
  </message>
  <message>
   <source>Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1.</source>
   <translation>Escriba una dirección IPv6 entre corchetes, como [::1], sin puerto; otras, como 127.0.0.1.</translation>
  </message>
  <message>
   <source>Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this.</source>
   <translation>Escriba una dirección como 10.0.0.1 o un rango como 10.0.0.0/8. GOWA ignoraría esto.</translation>
  </message>
  <message>
   <source>Write an address such as 127.0.0.1, or the name of this computer.</source>
   <translation>Escriba una dirección como 127.0.0.1 o el nombre de este equipo.</translation>
  </message>
  <message>
   <source>Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise.</source>
   <translation>Escriba un origen con su esquema, como https://panel.example.com, o * para todas las páginas. De lo contrario, GOWA se detendría.</translation>
  </message>
  <message>
   <source>Write digits only.</source>
   <translation>Escriba solo dígitos.</translation>
  </message>
  <message>
   <source>Write file:path, such as file:storages/oauth.db.</source>
   <translation>Escriba file:ruta, como file:storages/oauth.db.</translation>
  </message>
  <message>
   <source>Write it as owner/name.</source>
   <translation>Escríbalo como owner/name.</translation>
  </message>
  <message>
   <source>Write it like --keep 3.</source>
   <translation>Escríbalo como --keep 3.</translation>
  </message>
  <message>
   <source>Write it like -n 100.</source>
   <translation>Escríbalo como -n 100.</translation>
  </message>
  <message>
   <source>Write it like http://proxy.example:3128.</source>
   <translation>Escríbalo como http://proxy.example:3128.</translation>
  </message>
  <message>
   <source>Write it like port=8001.</source>
   <translation>Escríbelo como port=8001.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0, or latest.</source>
   <translation>Escríbalo como v9.2.0 o latest.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0.</source>
   <translation>Escríbalo como v9.2.0.</translation>
  </message>
  <message>
   <source>Write it like {default}.</source>
   <translation>Escríbalo como {default}.</translation>
  </message>
  <message>
   <source>Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #.</source>
   <translation>Escriba postgres://user:password@host:5432/name. En la contraseña, escriba %2F para /, %40 para @ y %23 para #.</translation>
  </message>
  <message>
   <source>Write the full JID: {text}@s.whatsapp.net.</source>
   <translation>Escriba el JID completo: {text}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>Write the name of a file after file:, such as file:storages/whatsapp.db.</source>
   <translation>Escriba el nombre de un archivo después de file:, como file:storages/whatsapp.db.</translation>
  </message>
  <message>
   <source>Write the name of a file, without a folder.</source>
   <translation>Escriba el nombre de un archivo, sin carpeta.</translation>
  </message>
  <message>
   <source>Write true or false.</source>
   <translation>Escriba true o false.</translation>
  </message>
  <message>
   <source>Write user:password.</source>
   <translation>Escriba usuario:contraseña.</translation>
  </message>
  <message>
   <source>Writes a short text where a picture or file of the history cannot be fetched any more.</source>
   <translation>Escribe un texto breve donde ya no se puede obtener una imagen o un archivo del historial.</translation>
  </message>
  <message>
   <source>Writes every request and the WhatsApp protocol to the log. The log then holds message traffic and pairing codes.</source>
   <translation>Escribe cada solicitud y el protocolo de WhatsApp en el registro. El registro contiene entonces el tráfico de mensajes y los códigos de vinculación.</translation>
  </message>
  <message>
   <source>Wrote the settings of {name} to {path}.</source>
   <translation>Los ajustes de {name} se escribieron en {path}.</translation>
  </message>
  <message>
   <source>Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.</source>
   <translation>Se escribieron {count} archivos en {target}. Los secretos y los números de teléfono están ocultos; revíselo antes de compartirlo.</translation>
  </message>
  <message>
   <source>[Desktop Entry]</source>
   <translation>[Desktop Entry]</translation>
  </message>
  <message>
   <source>a damaged zip file</source>
   <translation>un archivo zip dañado</translation>
  </message>
  <message>
   <source>a part of the system that it needs is missing</source>
   <translation>falta una parte del sistema que necesita</translation>
  </message>
  <message>
   <source>a path separator ({character})</source>
   <translation>un separador de ruta ({character})</translation>
  </message>
  <message>
   <source>a quotation mark ({character})</source>
   <translation>unas comillas ({character})</translation>
  </message>
  <message>
   <source>a snapshot is being restored</source>
   <translation>se está restaurando una copia instantánea</translation>
  </message>
  <message>
   <source>a virus scanner took it away</source>
   <translation>un antivirus lo retiró</translation>
  </message>
  <message>
   <source>access is denied</source>
   <translation>access is denied</translation>
  </message>
  <message>
   <source>allow it in the virus scanner</source>
   <translation>permítalo en el antivirus</translation>
  </message>
  <message>
   <source>allow it to run (chmod u+x '{program}')</source>
   <translation>permita su ejecución (chmod u+x '{program}')</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>siempre se reinicia</translation>
  </message>
  <message>
   <source>an emoji or symbol</source>
   <translation>un emoji o símbolo</translation>
  </message>
  <message>
   <source>an invisible control character</source>
   <translation>un carácter de control invisible</translation>
  </message>
  <message>
   <source>an older one</source>
   <translation>una anterior</translation>
  </message>
  <message>
   <source>and {titles} more</source>
   <translation>y {titles} más</translation>
  </message>
  <message>
   <source>another program</source>
   <translation>otro programa</translation>
  </message>
  <message>
   <source>any page you open in your browser can use it</source>
   <translation>cualquier página que abra en su navegador puede usarla</translation>
  </message>
  <message>
   <source>asked to end (SIGTERM) by another program</source>
   <translation>instado a terminar (SIGTERM) por otro programa</translation>
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
   <translation>incorporado; no es WhatsApp</translation>
  </message>
  <message>
   <source>changing the version</source>
   <translation>cambiando la versión</translation>
  </message>
  <message>
   <source>checksum of {name}</source>
   <translation>suma de comprobación de {name}</translation>
  </message>
  <message>
   <source>cut short</source>
   <translation>cortado</translation>
  </message>
  <message>
   <source>database is locked</source>
   <translation>database is locked</translation>
  </message>
  <message>
   <source>ended by SIGQUIT</source>
   <translation>terminado por SIGQUIT</translation>
  </message>
  <message>
   <source>ended by a bus error (SIGBUS)</source>
   <translation>terminado por un error de bus (SIGBUS)</translation>
  </message>
  <message>
   <source>ended by a memory fault (SIGSEGV)</source>
   <translation>terminado por un error de memoria (SIGSEGV)</translation>
  </message>
  <message>
   <source>ended by an illegal instruction (SIGILL)</source>
   <translation>terminado por una instrucción no válida (SIGILL)</translation>
  </message>
  <message>
   <source>ended by itself (SIGABRT)</source>
   <translation>terminado por sí mismo (SIGABRT)</translation>
  </message>
  <message>
   <source>ended by signal {number}</source>
   <translation>terminado por la señal {number}</translation>
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
   <translation>archivo para {system} en {cpu}</translation>
  </message>
  <message>
   <source>file is not a database</source>
   <translation>file is not a database</translation>
  </message>
  <message>
   <source>found in the data folder</source>
   <translation>encontrada en la carpeta de datos</translation>
  </message>
  <message>
   <source>frozen by a signal</source>
   <translation>congelado por una señal</translation>
  </message>
  <message>
   <source>hung up (SIGHUP)</source>
   <translation>desconectado (SIGHUP)</translation>
  </message>
  <message>
   <source>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</source>
   <translation>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</translation>
  </message>
  <message>
   <source>interrupted (SIGINT)</source>
   <translation>interrumpido (SIGINT)</translation>
  </message>
  <message>
   <source>it has {to_tag} already.</source>
   <translation>ya tiene {to_tag}.</translation>
  </message>
  <message>
   <source>it is being deleted</source>
   <translation>se está eliminando</translation>
  </message>
  <message>
   <source>it is being updated</source>
   <translation>se está actualizando</translation>
  </message>
  <message>
   <source>it is too long</source>
   <translation>es demasiado largo</translation>
  </message>
  <message>
   <source>it was made for another kind of computer</source>
   <translation>se hizo para otro tipo de equipo</translation>
  </message>
  <message>
   <source>its data is being put back</source>
   <translation>se están recuperando sus datos</translation>
  </message>
  <message>
   <source>its data is being reset</source>
   <translation>se están restableciendo sus datos</translation>
  </message>
  <message>
   <source>its databases are being saved before it starts with another version</source>
   <translation>se están guardando sus bases de datos antes de iniciarse con otra versión</translation>
  </message>
  <message>
   <source>its disk does not allow programs (noexec)</source>
   <translation>su disco no permite programas (noexec)</translation>
  </message>
  <message>
   <source>its disk is read-only</source>
   <translation>su disco es de solo lectura</translation>
  </message>
  <message>
   <source>its file may not be executed</source>
   <translation>su archivo no se puede ejecutar</translation>
  </message>
  <message>
   <source>its quotation mark is never closed</source>
   <translation>sus comillas nunca se cierran</translation>
  </message>
  <message>
   <source>key cache</source>
   <translation>caché de claves</translation>
  </message>
  <message>
   <source>killed (signal 9)</source>
   <translation>terminado por la fuerza (señal 9)</translation>
  </message>
  <message>
   <source>low</source>
   <translation>baja</translation>
  </message>
  <message>
   <source>macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.</source>
   <translation>macOS (Gatekeeper) no permitió ejecutar GOWA porque no está firmado por un desarrollador conocido.</translation>
  </message>
  <message>
   <source>macOS keeps it in quarantine</source>
   <translation>macOS lo mantiene en cuarentena</translation>
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
   <translation>nunca se reinicia</translation>
  </message>
  <message>
   <source>no program for any computer</source>
   <translation>no es un programa para ningún equipo</translation>
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
   <translation>sin definir</translation>
  </message>
  <message>
   <source>on every address</source>
   <translation>en todas las direcciones</translation>
  </message>
  <message>
   <source>only the sign-in keeps them out</source>
   <translation>solo el inicio de sesión los mantiene fuera</translation>
  </message>
  <message>
   <source>permission denied</source>
   <translation>permission denied</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>se reinicia si falla</translation>
  </message>
  <message>
   <source>returning to the old version</source>
   <translation>volviendo a la versión anterior</translation>
  </message>
  <message>
   <source>run ended</source>
   <translation>la ejecución terminó</translation>
  </message>
  <message>
   <source>run starts</source>
   <translation>la ejecución empieza</translation>
  </message>
  <message>
   <source>saving a snapshot</source>
   <translation>guardando una copia instantánea</translation>
  </message>
  <message>
   <source>the account …{number}</source>
   <translation>la cuenta …{number}</translation>
  </message>
  <message>
   <source>the kernel refused socket diagnostics</source>
   <translation>el núcleo del sistema rechazó el diagnóstico de sockets</translation>
  </message>
  <message>
   <source>the server</source>
   <translation>el servidor</translation>
  </message>
  <message>
   <source>the system does not allow it to run</source>
   <translation>el sistema no permite ejecutarlo</translation>
  </message>
  <message>
   <source>unable to open</source>
   <translation>unable to open</translation>
  </message>
  <message>
   <source>unknown version</source>
   <translation>versión desconocida</translation>
  </message>
  <message>
   <source>unwanted software</source>
   <translation>unwanted software</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>nombre de usuario</translation>
  </message>
  <message>
   <source>waiting for something to happen</source>
   <translation>esperando a que ocurra algo</translation>
  </message>
  <message>
   <source>waiting for the disk</source>
   <translation>esperando al disco</translation>
  </message>
  <message>
   <source>while GOWA Desktop did not run</source>
   <translation>mientras GOWA Desktop no estaba en ejecución</translation>
  </message>
  <message>
   <source>{arrived} of {asset} MB</source>
   <translation>{arrived} de {asset} MB</translation>
  </message>
  <message>
   <source>{cause_text} It could not be made as it was: {error}</source>
   <translation>{cause_text} No se pudo dejar como estaba: {error}</translation>
  </message>
  <message>
   <source>{cause_text} It is as it was.</source>
   <translation>{cause_text} Está como estaba.</translation>
  </message>
  <message>
   <source>{count} bytes are left out: the log grew faster than it may be kept</source>
   <translation>Se omiten {count} bytes: el registro creció más rápido de lo que se puede conservar</translation>
  </message>
  <message>
   <source>{count} instances crashed and were started again</source>
   <translation>{count} instancias cayeron y se iniciaron de nuevo</translation>
  </message>
  <message>
   <source>{count} instances stay down</source>
   <translation>{count} instancias quedan detenidas</translation>
  </message>
  <message>
   <source>{count} limits are exceeded</source>
   <translation>{count} límites superados</translation>
  </message>
  <message>
   <source>{count} messages about WhatsApp</source>
   <translation>{count} mensajes sobre WhatsApp</translation>
  </message>
  <message>
   <source>{count} new versions</source>
   <translation>{count} versiones nuevas</translation>
  </message>
  <message>
   <source>{count} problems around GOWA Desktop</source>
   <translation>{count} problemas en torno a GOWA Desktop</translation>
  </message>
  <message>
   <source>{count} tasks are finished</source>
   <translation>{count} tareas terminadas</translation>
  </message>
  <message>
   <source>{file_count} files of {name} are gone, {freed} MB are free again.</source>
   <translation>Se eliminaron {file_count} archivos de {name}; vuelven a estar libres {freed} MB.</translation>
  </message>
  <message>
   <source>{file_count} files of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>Se eliminarían {file_count} archivos de {name} con {size} MB. Añade --yes para hacerlo.</translation>
  </message>
  <message>
   <source>{file} cannot be changed: {strerror}.</source>
   <translation>No se puede cambiar {file}: {strerror}.</translation>
  </message>
  <message>
   <source>{first} to {second} is no range.</source>
   <translation>De {first} a {second} no es un rango.</translation>
  </message>
  <message>
   <source>{group} {group2} answered with {status} in {group3}{told}</source>
   <translation>{group} {group2} respondió con {status} en {group3}{told}</translation>
  </message>
  <message>
   <source>{host} answers no more questions from this connection until {until}.</source>
   <translation>{host} no responde más consultas de esta conexión hasta {until}.</translation>
  </message>
  <message>
   <source>{host} cannot be reached.</source>
   <translation>No se puede acceder a {host}.</translation>
  </message>
  <message>
   <source>{host} cannot prove that it is what it says: its certificate is not trusted.</source>
   <translation>{host} no puede demostrar que es quien dice ser: su certificado no es de confianza.</translation>
  </message>
  <message>
   <source>{host} has a fault of its own for now (HTTP {status}).</source>
   <translation>{host} tiene por ahora un fallo propio (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} has nothing at this address.</source>
   <translation>{host} no tiene nada en esta dirección.</translation>
  </message>
  <message>
   <source>{host} has stopped answering.</source>
   <translation>{host} dejó de responder.</translation>
  </message>
  <message>
   <source>{host} refuses (HTTP {status}).</source>
   <translation>{host} rechaza la solicitud (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} refuses the token.</source>
   <translation>{host} rechaza el token.</translation>
  </message>
  <message>
   <source>{host} sent something else than {name}.</source>
   <translation>{host} envió algo distinto de {name}.</translation>
  </message>
  <message>
   <source>{key} was changed</source>
   <translation>{key} cambió</translation>
  </message>
  <message>
   <source>{key} was {old}, is {new}</source>
   <translation>{key} era {old}, es {new}</translation>
  </message>
  <message>
   <source>{key}: a sign-in needs a user and a password.</source>
   <translation>{key}: las credenciales necesitan un usuario y una contraseña.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is neither true nor false.</source>
   <translation>{key}: “{text}” no es verdadero ni falso (true, false).</translation>
  </message>
  <message>
   <source>{key}: “{text}” is no whole number.</source>
   <translation>{key}: “{text}” no es un número entero.</translation>
  </message>
  <message>
   <source>{message} {share} have arrived and are kept.</source>
   <translation>{message} {share} han llegado y se conservan.</translation>
  </message>
  <message>
   <source>{name} cannot be read.</source>
   <translation>No se puede leer {name}.</translation>
  </message>
  <message>
   <source>{name} cannot do this now: {reason}.</source>
   <translation>{name} no puede hacer esto ahora: {reason}.</translation>
  </message>
  <message>
   <source>{name} crashed and was started again</source>
   <translation>{name} cayó y se inició de nuevo</translation>
  </message>
  <message>
   <source>{name} does not contain a GOWA program named {wanted}.</source>
   <translation>{name} no contiene un programa de GOWA llamado {wanted}.</translation>
  </message>
  <message>
   <source>{name} has an option of its own: set “{label}” instead.</source>
   <translation>{name} tiene una opción propia: defina “{label}” en su lugar.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v7, which {tag} would damage.</source>
   <translation>{name} tiene chats de GOWA v7, que {tag} dañaría.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v8 or later, which {tag} cannot write.</source>
   <translation>{name} tiene chats de GOWA v8 o posterior, que {tag} no puede escribir.</translation>
  </message>
  <message>
   <source>{name} has no snapshot {snapshot_id}.</source>
   <translation>{name} no tiene la copia instantánea {snapshot_id}.</translation>
  </message>
  <message>
   <source>{name} has the data of {id} again.</source>
   <translation>{name} tiene de nuevo los datos de {id}.</translation>
  </message>
  <message>
   <source>{name} held {value} of memory on average for {minutes} min; the limit is {limit}. Look at its chart, or restart it.</source>
   <translation>{name} ocupó {value} de memoria en promedio durante {minutes} min; el límite es {limit}. Vea su gráfico o reiníciela.</translation>
  </message>
  <message>
   <source>{name} is being cleaned up already.</source>
   <translation>{name} ya se está limpiando.</translation>
  </message>
  <message>
   <source>{name} is being worked on.</source>
   <translation>Se está trabajando en {name}.</translation>
  </message>
  <message>
   <source>{name} is deleted for good.</source>
   <translation>{name} se eliminó definitivamente.</translation>
  </message>
  <message>
   <source>{name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {key}</source>
   <translation>{name} se eliminó. Durante 7 días se puede recuperar con: gowa-desktop trash restore {key}</translation>
  </message>
  <message>
   <source>{name} is for another kind of computer ({others}); this one needs {wanted}.</source>
   <translation>{name} es para otro tipo de equipo ({others}); este necesita {wanted}.</translation>
  </message>
  <message>
   <source>{name} is not what the release says: its SHA-256 checksum differs.</source>
   <translation>{name} no es lo que indica la publicación: su suma de comprobación SHA-256 es distinta.</translation>
  </message>
  <message>
   <source>{name} is packed in an unusual way.</source>
   <translation>{name} está empaquetado de forma inusual.</translation>
  </message>
  <message>
   <source>{name} is put back, stopped, on port {port}.</source>
   <translation>{name} se recuperó, detenida, en el puerto {port}.</translation>
  </message>
  <message>
   <source>{name} is running on {base_url}.</source>
   <translation>{name} está en ejecución en {base_url}.</translation>
  </message>
  <message>
   <source>{name} is stopped.</source>
   <translation>{name} está detenida.</translation>
  </message>
  <message>
   <source>{name} is too large to be GOWA.</source>
   <translation>{name} es demasiado grande para ser GOWA.</translation>
  </message>
  <message>
   <source>{name} stays down</source>
   <translation>{name} queda detenida</translation>
  </message>
  <message>
   <source>{name} used {value} % of a core on average for {minutes} min; the limit is {limit} %. Look at its log, or restart it.</source>
   <translation>{name} usó {value} % de un núcleo en promedio durante {minutes} min; el límite es {limit} %. Vea su registro o reiníciela.</translation>
  </message>
  <message>
   <source>{name}: large folder</source>
   <translation>{name}: carpeta grande</translation>
  </message>
  <message>
   <source>{name}: much CPU</source>
   <translation>{name}: mucha CPU</translation>
  </message>
  <message>
   <source>{name}: much memory</source>
   <translation>{name}: mucha memoria</translation>
  </message>
  <message>
   <source>{name}: nothing to change.</source>
   <translation>{name}: nada que cambiar.</translation>
  </message>
  <message>
   <source>{name}: updated to {to_tag}. {sentence}</source>
   <translation>{name}: actualizada a {to_tag}. {sentence}</translation>
  </message>
  <message>
   <source>{name}: {label} is skipped. {reason}</source>
   <translation>{name}: se omite {label}. {reason}</translation>
  </message>
  <message>
   <source>{out} {out2} paired but not logged in, as before the update.</source>
   <translation>{out} {out2}: vinculación sin sesión iniciada, como antes de la actualización.</translation>
  </message>
  <message>
   <source>{path} is no file.</source>
   <translation>{path} no es un archivo.</translation>
  </message>
  <message>
   <source>{port} is no port.</source>
   <translation>{port} no es un puerto.</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again, but it does not start: {error}</source>
   <translation>{reason} Tiene de nuevo {from_tag} y sus datos anteriores, pero no se inicia: {error}</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again.{pinned}</source>
   <translation>{reason} Tiene de nuevo {from_tag} y sus datos anteriores.{pinned}</translation>
  </message>
  <message>
   <source>{reason} The way back failed, too: {error} Its snapshot is {snapshot_id}.</source>
   <translation>{reason} También falló la vuelta atrás: {error} Su copia instantánea es {snapshot_id}.</translation>
  </message>
  <message>
   <source>{returned} returned to the old version</source>
   <translation>{returned} volvieron a la versión anterior</translation>
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
   <translation>{sentence} Está de nuevo en ejecución.</translation>
  </message>
  <message>
   <source>{shown} are free on the disk of the data folder {root}.</source>
   <translation>Hay {shown} libres en el disco de la carpeta de datos {root}.</translation>
  </message>
  <message>
   <source>{source_name} is for {found} on {found2}; this computer is {system} on {cpu_name}.</source>
   <translation>{source_name} es para {found} en {found2}; este equipo es {system} en {cpu_name}.</translation>
  </message>
  <message>
   <source>{stale_keys_warning} Nothing was done.</source>
   <translation>{stale_keys_warning} No se hizo nada.</translation>
  </message>
  <message>
   <source>{untouched} not touched</source>
   <translation>{untouched} sin tocar</translation>
  </message>
  <message>
   <source>{updated} of {rows} updated to {to_tag}</source>
   <translation>{updated} de {rows} actualizadas a {to_tag}</translation>
  </message>
  <message>
   <source>{url} leads away to an address that is not safe.</source>
   <translation>{url} lleva a una dirección que no es segura.</translation>
  </message>
  <message>
   <source>{url} sends from one address to the next without end.</source>
   <translation>{url} envía sin fin de una dirección a la siguiente.</translation>
  </message>
  <message>
   <source>{url} sent far more than expected.</source>
   <translation>{url} envió mucho más de lo esperado.</translation>
  </message>
  <message>
   <source>{value} % of the disk are free; the limit is {limit} %. Free some space, or clean up media.</source>
   <translation>Hay {value} % del disco libre; el límite es {limit} %. Libere espacio o limpie archivos multimedia.</translation>
  </message>
  <message>
   <source>{value} is out of range.</source>
   <translation>{value} está fuera del rango.</translation>
  </message>
  <message>
   <source>{what} without being asked to: most likely WhatsApp gave this session to another client. Make sure the same account does not run elsewhere, then start it again.</source>
   <translation>{what} sin que se le pidiera: muy probablemente WhatsApp dio esta sesión a otro cliente. Asegúrese de que la misma cuenta no esté en ejecución en otro lugar y después iníciela de nuevo.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines and start it again.</source>
   <translation>{what}. Vea sus últimas líneas e iníciela de nuevo.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines, then start it again.</source>
   <translation>{what}. Vea sus últimas líneas y después iníciela de nuevo.</translation>
  </message>
  <message>
   <source>{word} was {get}, is {get2}</source>
   <translation>{word} era {get}, es {get2}</translation>
  </message>
  <message>
   <source>“available” stops notifications on the phone. “none” says nothing; contacts may then see no name.</source>
   <translation>“available” detiene las notificaciones en el teléfono. “none” no indica nada; entonces los contactos pueden no ver ningún nombre.</translation>
  </message>
  <message>
   <source>“{assignment}” is no setting.</source>
   <translation>“{assignment}” no es un ajuste.</translation>
  </message>
  <message>
   <source>“{key}” must be a list of texts.</source>
   <translation>“{key}” debe ser una lista de textos.</translation>
  </message>
  <message>
   <source>“{key}” must be a whole number.</source>
   <translation>“{key}” debe ser un número entero.</translation>
  </message>
  <message>
   <source>“{name}” cannot read its chats</source>
   <translation>“{name}” no puede leer sus chats</translation>
  </message>
  <message>
   <source>“{name}” does not use its proxy</source>
   <translation>“{name}” no usa su proxy</translation>
  </message>
  <message>
   <source>“{name}” has a sign-in that is written wrongly</source>
   <translation>“{name}” tiene unas credenciales mal escritas</translation>
  </message>
  <message>
   <source>“{name}” is too old for WhatsApp</source>
   <translation>“{name}” es demasiado antiguo para WhatsApp</translation>
  </message>
  <message>
   <source>“{name}” was logged out of WhatsApp</source>
   <translation>Se cerró la sesión de WhatsApp de “{name}”</translation>
  </message>
  <message>
   <source>“{pattern}” is no regular expression: {reason}.</source>
   <translation>“{pattern}” no es una expresión regular: {reason}.</translation>
  </message>
  <message>
   <source>“{shown}” is not possible here.</source>
   <translation>“{shown}” no es posible aquí.</translation>
  </message>
  <message>
   <source>“{strip}” is no web address.</source>
   <translation>“{strip}” no es una dirección web.</translation>
  </message>
  <message>
   <source>“{strip}” is not a GOWA version.</source>
   <translation>“{strip}” no es una versión de GOWA.</translation>
  </message>
  <message>
   <source>“{text}” cannot be a tag.</source>
   <translation>“{text}” no puede ser una etiqueta.</translation>
  </message>
  <message>
   <source>“{text}” is not possible here.</source>
   <translation>“{text}” no es posible aquí.</translation>
  </message>
  <message>
   <source>“{value}” is no name of an environment variable. Use letters, digits and underscores.</source>
   <translation>“{value}” no es un nombre de variable de entorno. Use letras, dígitos y guiones bajos.</translation>
  </message>
 </context>
 <context>
  <name>SettingRow</name>
  <message>
   <source>Back to the default: {title}</source>
   <translation>Volver al valor predeterminado: {title}</translation>
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>No setting fits these words.</source>
   <translation>Ningún ajuste coincide con estas palabras.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Search in the settings</source>
   <translation>Buscar en los ajustes</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Secciones</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Ajustes</translation>
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
   <translation>&amp;Instancias que se inician a la vez</translation>
  </message>
  <message>
   <source>&amp;Language</source>
   <translation>&amp;Idioma</translation>
  </message>
  <message>
   <source>&amp;Log of each instance</source>
   <translation>&amp;Registro de cada instancia</translation>
  </message>
  <message>
   <source>&amp;Look for new versions once a day</source>
   <translation>&amp;Buscar versiones nuevas una vez al día</translation>
  </message>
  <message>
   <source>&amp;No proxy</source>
   <translation>&amp;Sin proxy</translation>
  </message>
  <message>
   <source>&amp;Ports for new instances</source>
   <translation>&amp;Puertos para instancias nuevas</translation>
  </message>
  <message>
   <source>&amp;Quiet from</source>
   <translation>&amp;Silencio desde</translation>
  </message>
  <message>
   <source>&amp;Reduce motion</source>
   <translation>&amp;Reducir movimiento</translation>
  </message>
  <message>
   <source>&amp;Snapshots kept of each instance</source>
   <translation>Copia&amp;s instantáneas que se conservan de cada instancia</translation>
  </message>
  <message>
   <source>&amp;Theme</source>
   <translation>&amp;Tema</translation>
  </message>
  <message>
   <source>&amp;Try a given-up instance again every {minutes} minutes</source>
   <translation>&amp;Volver a intentar una instancia abandonada cada {minutes} minutos</translation>
  </message>
  <message>
   <source>&amp;Urgent ones come all the same</source>
   <translation>Los &amp;urgentes llegan de todos modos</translation>
  </message>
  <message>
   <source>A longer time spares the battery. Charts keep their gaps small.</source>
   <translation>Un tiempo más largo ahorra batería. Los gráficos mantienen huecos pequeños.</translation>
  </message>
  <message>
   <source>A new instance gets the first free one. From {first} to {last}.</source>
   <translation>Una instancia nueva recibe el primero que esté libre. De {first} a {last}.</translation>
  </message>
  <message>
   <source>A new version is there</source>
   <translation>Hay una versión nueva</translation>
  </message>
  <message>
   <source>A shorter time shows more.</source>
   <translation>Un tiempo más corto muestra más.</translation>
  </message>
  <message>
   <source>An instance ended and is started again</source>
   <translation>Una instancia terminó y se inicia de nuevo</translation>
  </message>
  <message>
   <source>An instance is given up</source>
   <translation>Se abandona una instancia</translation>
  </message>
  <message>
   <source>An updated instance is &amp;watched for</source>
   <translation>Una instancia actualizada se &amp;vigila durante</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Apariencia</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Como el sistema</translation>
  </message>
  <message>
   <source>Ask each time</source>
   <translation>Preguntar cada vez</translation>
  </message>
  <message>
   <source>CPU, memory or a folder is above a limit</source>
   <translation>La CPU, la memoria o una carpeta supera un límite</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Oscuro</translation>
  </message>
  <message>
   <source>Downloads</source>
   <translation>Descargas</translation>
  </message>
  <message>
   <source>Errors only</source>
   <translation>Solo errores</translation>
  </message>
  <message>
   <source>Everything, for a search for faults</source>
   <translation>Todo, para buscar fallos</translation>
  </message>
  <message>
   <source>First port</source>
   <translation>Primer puerto</translation>
  </message>
  <message>
   <source>GOWA &amp;Desktop's own log</source>
   <translation>Registro propio de GOWA &amp;Desktop</translation>
  </message>
  <message>
   <source>General</source>
   <translation>General</translation>
  </message>
  <message>
   <source>GitHub &amp;token</source>
   <translation>&amp;Token de GitHub</translation>
  </message>
  <message>
   <source>GitHub, or a mirror that answers like it. Empty means GitHub.</source>
   <translation>GitHub, o un espejo que responda igual. Vacío significa GitHub.</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Contraste alto</translation>
  </message>
  <message>
   <source>High contrast is as bright or dark as the system.</source>
   <translation>El contraste alto es tan claro u oscuro como el sistema.</translation>
  </message>
  <message>
   <source>Holds at once.</source>
   <translation>Se aplica de inmediato.</translation>
  </message>
  <message>
   <source>In the tray, or in the task bar where there is no tray.</source>
   <translation>En la bandeja, o en la barra de tareas donde no hay bandeja.</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instancias</translation>
  </message>
  <message>
   <source>Instances that are left running are found again at the next start.</source>
   <translation>Las instancias que quedan en ejecución se encuentran de nuevo en el próximo inicio.</translation>
  </message>
  <message>
   <source>Instances updated at a &amp;time</source>
   <translation>Instancias que se actualizan a la ve&amp;z</translation>
  </message>
  <message>
   <source>It must be well for so long, or it returns to its old version and snapshot.</source>
   <translation>Debe estar bien durante ese tiempo; si no, vuelve a su versión anterior y a su copia instantánea.</translation>
  </message>
  <message>
   <source>Keep running in the tray</source>
   <translation>Seguir en ejecución en la bandeja</translation>
  </message>
  <message>
   <source>Last port</source>
   <translation>Último puerto</translation>
  </message>
  <message>
   <source>Leave instances running</source>
   <translation>Dejar las instancias en ejecución</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Claro</translation>
  </message>
  <message>
   <source>Log files</source>
   <translation>Archivos de registro</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Registros</translation>
  </message>
  <message>
   <source>Long work is finished</source>
   <translation>Termina un trabajo largo</translation>
  </message>
  <message>
   <source>Menus open at once and the cursor does not blink. Off, as the system has it.</source>
   <translation>Los menús se abren al instante y el cursor no parpadea. Desactivado, como lo tenga el sistema.</translation>
  </message>
  <message>
   <source>Monitoring</source>
   <translation>Supervisión</translation>
  </message>
  <message>
   <source>Nothing pops up then; it is in the list in the window.</source>
   <translation>Entonces no aparece ningún aviso emergente; está en la lista de la ventana.</translation>
  </message>
  <message>
   <source>Notifications</source>
   <translation>Notificaciones</translation>
  </message>
  <message>
   <source>One goes first alone. Only when it is well, the others follow in groups of this size.</source>
   <translation>Una va primero sola. Solo cuando está bien, siguen las demás en grupos de este tamaño.</translation>
  </message>
  <message>
   <source>One is made before every change of version. The oldest go first.</source>
   <translation>Se crea una antes de cada cambio de versión. Las más antiguas salen primero.</translation>
  </message>
  <message>
   <source>One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.</source>
   <translation>Una que falló {count} veces en {minutes} minutos se abandona. Desactivado, queda detenida hasta que la inicie.</translation>
  </message>
  <message>
   <source>Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions.</source>
   <translation>Opcional. Eleva el límite de GitHub de 60 a 5000 solicitudes por hora. No necesita permisos.</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Proxy address</source>
   <translation>Dirección del proxy</translation>
  </message>
  <message>
   <source>Quiet from</source>
   <translation>Silencio desde</translation>
  </message>
  <message>
   <source>Quiet hours</source>
   <translation>Horas de silencio</translation>
  </message>
  <message>
   <source>Quiet until</source>
   <translation>Silencio hasta</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Salir</translation>
  </message>
  <message>
   <source>Release &amp;server</source>
   <translation>&amp;Servidor de versiones</translation>
  </message>
  <message>
   <source>Show the token</source>
   <translation>Mostrar el token</translation>
  </message>
  <message>
   <source>Size of a log file</source>
   <translation>Tamaño de un archivo de registro</translation>
  </message>
  <message>
   <source>Start &amp;minimised</source>
   <translation>Iniciar &amp;minimizado</translation>
  </message>
  <message>
   <source>Stop all instances</source>
   <translation>Detener todas las instancias</translation>
  </message>
  <message>
   <source>Such as an instance that is given up.</source>
   <translation>Como una instancia que se abandona.</translation>
  </message>
  <message>
   <source>Tell me when</source>
   <translation>Avisar cuando</translation>
  </message>
  <message>
   <source>The disk is nearly full</source>
   <translation>El disco está casi lleno</translation>
  </message>
  <message>
   <source>The oldest file goes when there is one too many.</source>
   <translation>Cuando hay uno de más, se va el archivo más antiguo.</translation>
  </message>
  <message>
   <source>The window opens anew in it.</source>
   <translation>La ventana se abre de nuevo en ese idioma.</translation>
  </message>
  <message>
   <source>This &amp;proxy:</source>
   <translation>Este &amp;proxy:</translation>
  </message>
  <message>
   <source>Use the s&amp;ystem's proxy</source>
   <translation>Usar el proxy del s&amp;istema</translation>
  </message>
  <message>
   <source>Versions and updates</source>
   <translation>Versiones y actualizaciones</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Advertencias y errores</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>Qué ocurre</translation>
  </message>
  <message>
   <source>What is off is neither shown nor listed.</source>
   <translation>Lo que está desactivado no se muestra ni se incluye en la lista.</translation>
  </message>
  <message>
   <source>WhatsApp needs you, as after a logout</source>
   <translation>WhatsApp requiere su atención, como tras cerrarse la sesión</translation>
  </message>
  <message>
   <source>When the program &amp;quits</source>
   <translation>Al &amp;salir del programa</translation>
  </message>
  <message>
   <source>When the program starts. More is faster, and asks more of the computer at once.</source>
   <translation>Al iniciarse el programa. Más es más rápido y exige más del equipo a la vez.</translation>
  </message>
  <message>
   <source>When the window is &amp;closed</source>
   <translation>Al &amp;cerrar la ventana</translation>
  </message>
  <message>
   <source>While it is in the &amp;tray, every</source>
   <translation>Mientras está en la &amp;bandeja, cada</translation>
  </message>
  <message>
   <source>While the &amp;window is shown, read CPU and memory every</source>
   <translation>Mientras se muestra la &amp;ventana, leer CPU y memoria cada</translation>
  </message>
  <message>
   <source>Without a tray, the window stays in the task bar.</source>
   <translation>Sin bandeja, la ventana queda en la barra de tareas.</translation>
  </message>
  <message>
   <source>You are told in the status line. Nothing is installed or updated without you.</source>
   <translation>Se le avisa en la línea de estado. No se instala ni se actualiza nada sin usted.</translation>
  </message>
  <message>
   <source>in each of so many files:</source>
   <translation>en cada uno de tantos archivos:</translation>
  </message>
  <message>
   <source>to</source>
   <translation>a</translation>
  </message>
 </context>
 <context>
  <name>ShortcutKeeper</name>
  <message>
   <source>Take it together with Ctrl or Alt.</source>
   <translation>Combínela con Ctrl o Alt.</translation>
  </message>
  <message>
   <source>{keys} is needed for typing.</source>
   <translation>{keys} se necesita para escribir.</translation>
  </message>
  <message>
   <source>{keys} leads through the window.</source>
   <translation>{keys} sirve para moverse por la ventana.</translation>
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
   <translation>&amp;Nuevas teclas</translation>
  </message>
  <message>
   <source>Action</source>
   <translation>Acción</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>Acciones y sus teclas</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Default keys</source>
   <translation>Teclas predeterminadas</translation>
  </message>
  <message>
   <source>Default keys for all</source>
   <translation>Teclas predeterminadas para todo</translation>
  </message>
  <message>
   <source>Default: {keys}</source>
   <translation>Predeterminado: {keys}</translation>
  </message>
  <message>
   <source>In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.</source>
   <translation>En la lista de instancias: Entrar abre, Espacio inicia o detiene, Esc borra la búsqueda. Tab avanza, Mayús+Tab retrocede.</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Atajos de teclado</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Teclas</translation>
  </message>
  <message>
   <source>New keys</source>
   <translation>Nuevas teclas</translation>
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation>Buscar acciones y teclas</translation>
  </message>
  <message>
   <source>Use these keys</source>
   <translation>Usar estas teclas</translation>
  </message>
  <message>
   <source>none</source>
   <translation>ninguna</translation>
  </message>
  <message>
   <source>{names} has these keys now and would be left without.</source>
   <translation>{names} tiene ahora estas teclas y se quedaría sin ninguna.</translation>
  </message>
  <message>
   <source>{name} would have no keys.</source>
   <translation>{name} se quedaría sin teclas.</translation>
  </message>
 </context>
 <context>
  <name>SnapshotModel</name>
  <message>
   <source>Made</source>
   <translation>Creada</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamaño</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Motivo</translation>
  </message>
  <message>
   <source>{reason} (in the trash)</source>
   <translation>{reason} (en la papelera)</translation>
  </message>
 </context>
 <context>
  <name>SnapshotTableView</name>
  <message>
   <source>Snapshots</source>
   <translation>Copias instantáneas</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>ayer 00:00</translation>
  </message>
 </context>
 <context>
  <name>SnapshotsDialog</name>
  <message>
   <source>&amp;Delete…</source>
   <translation>&amp;Eliminar…</translation>
  </message>
  <message>
   <source>&amp;Make one now</source>
   <translation>&amp;Crear una ahora</translation>
  </message>
  <message>
   <source>&amp;Restore…</source>
   <translation>&amp;Restaurar…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Copies of its databases: pairing, keys, chats and messages. Media files are not in them.</source>
   <translation>Copias de sus bases de datos: vinculación, claves, chats y mensajes. No incluyen los archivos multimedia.</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Eliminar</translation>
  </message>
  <message>
   <source>Delete the snapshot of {date}?</source>
   <translation>¿Eliminar la copia instantánea de {date}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Eliminando</translation>
  </message>
  <message>
   <source>Its {size} are freed. It cannot be brought back.</source>
   <translation>Se liberan sus {size}. No se puede recuperar.</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Creada a mano</translation>
  </message>
  <message>
   <source>Making a snapshot</source>
   <translation>Creando una copia instantánea</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Restaurar</translation>
  </message>
  <message>
   <source>Restore {name} as it was on {date}?</source>
   <translation>¿Restaurar {name} como estaba el {date}?</translation>
  </message>
  <message>
   <source>Restoring</source>
   <translation>Restaurando</translation>
  </message>
  <message>
   <source>Snapshots of {name}</source>
   <translation>Copias instantáneas de {name}</translation>
  </message>
  <message>
   <source>The newest {count} are kept. Change that in Settings.</source>
   <translation>Se conservan las {count} más recientes. Se cambia en Ajustes.</translation>
  </message>
  <message>
   <source>The snapshot could not be deleted</source>
   <translation>No se pudo eliminar la copia instantánea</translation>
  </message>
  <message>
   <source>The snapshot could not be made</source>
   <translation>No se pudo crear la copia instantánea</translation>
  </message>
  <message>
   <source>The snapshot could not be restored</source>
   <translation>No se pudo restaurar la copia instantánea</translation>
  </message>
  <message>
   <source>The snapshot is deleted.</source>
   <translation>Se eliminó la copia instantánea.</translation>
  </message>
  <message>
   <source>The snapshot is made.</source>
   <translation>Se creó la copia instantánea.</translation>
  </message>
  <message>
   <source>The snapshot is restored.</source>
   <translation>Se restauró la copia instantánea.</translation>
  </message>
  <message>
   <source>There is no snapshot yet. One is made before every change of version, or when you ask for it.</source>
   <translation>Aún no hay ninguna copia instantánea. Se crea una antes de cada cambio de versión o cuando se pide.</translation>
  </message>
  <message>
   <source>{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is saved first, as a snapshot of its own.</source>
   <translation>{name} recibe la vinculación, los chats y los mensajes de ese momento. Si está en ejecución, se detiene y se inicia de nuevo. Antes se guarda lo que hay ahora, como una copia instantánea propia.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} en total.</translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Do not mention this version again</source>
   <translation>No volver a mencionar esta versión</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versiones de GOWA</translation>
  </message>
  <message>
   <source>GOWA {version}</source>
   <translation>GOWA {version}</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progreso</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>Novedades</translation>
  </message>
  <message>
   <source>What is under way</source>
   <translation>Qué está en curso</translation>
  </message>
 </context>
 <context>
  <name>StopProgress</name>
  <message>
   <source>Don't quit</source>
   <translation>No salir</translation>
  </message>
  <message>
   <source>Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.</source>
   <translation>Cada una puede tardar hasta 20 segundos en acabar lo que está haciendo. El programa termina cuando todas se han detenido.</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progreso</translation>
  </message>
  <message>
   <source>Quit anyway</source>
   <translation>Salir de todos modos</translation>
  </message>
  <message>
   <source>Stopping your instances</source>
   <translation>Deteniendo sus instancias</translation>
  </message>
  <message>
   <source>{done} of {count} stopped</source>
   <translation>{done} de {count} detenidas</translation>
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
   <translation>Reiniciar &amp;siempre</translation>
  </message>
  <message>
   <source>&amp;Limit its memory to</source>
   <translation>&amp;Limitar su memoria a</translation>
  </message>
  <message>
   <source>&amp;Never restart</source>
   <translation>&amp;No reiniciar nunca</translation>
  </message>
  <message>
   <source>After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client.</source>
   <translation>Tras una caída o un bloqueo. No cuando terminó sin fallo, como cuando WhatsApp dio su sesión a otro cliente.</translation>
  </message>
  <message>
   <source>Gives way to other programs.</source>
   <translation>Cede el paso a otros programas.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Queda detenida hasta que la inicie.</translation>
  </message>
  <message>
   <source>It takes {memory} now.</source>
   <translation>Ahora ocupa {memory}.</translation>
  </message>
  <message>
   <source>Like any other program.</source>
   <translation>Como cualquier otro programa.</translation>
  </message>
  <message>
   <source>Lo&amp;w</source>
   <translation>Ba&amp;ja</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Memory limit in megabytes</source>
   <translation>Límite de memoria en megabytes</translation>
  </message>
  <message>
   <source>N&amp;ormal</source>
   <translation>N&amp;ormal</translation>
  </message>
  <message>
   <source>Over it for 10 seconds, it is restarted gracefully, at most once an hour.</source>
   <translation>Si lo supera durante 10 segundos, se reinicia de forma ordenada, como máximo una vez por hora.</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridad</translation>
  </message>
  <message>
   <source>Restart on &amp;failure (default)</source>
   <translation>Reiniciar tras un &amp;fallo (predeterminado)</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Supervision of {count} instances</source>
   <translation>Supervisión de {count} instancias</translation>
  </message>
  <message>
   <source>Supervision of {name}</source>
   <translation>Supervisión de {name}</translation>
  </message>
  <message>
   <source>They differ now; left so, each keeps its own.</source>
   <translation>Ahora difieren; si se deja así, cada una conserva lo suyo.</translation>
  </message>
  <message>
   <source>Whatever the reason. If another client took its session, the two will throw each other out.</source>
   <translation>Sea cual sea el motivo. Si otro cliente tomó su sesión, ambos se expulsarán mutuamente.</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Cuando termina por sí sola</translation>
  </message>
 </context>
 <context>
  <name>TagChip</name>
  <message>
   <source>Show all with the tag {tag}</source>
   <translation>Mostrar todas con la etiqueta {tag}</translation>
  </message>
 </context>
 <context>
  <name>TagsDialog</name>
  <message>
   <source>&amp;Add</source>
   <translation>&amp;Agregar</translation>
  </message>
  <message>
   <source>New tag</source>
   <translation>Etiqueta nueva</translation>
  </message>
  <message>
   <source>New tag, several with commas</source>
   <translation>Etiqueta nueva, varias con comas</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>Tags of {count} instances</source>
   <translation>Etiquetas de {count} instancias</translation>
  </message>
  <message>
   <source>Tags of {name}</source>
   <translation>Etiquetas de {name}</translation>
  </message>
  <message>
   <source>There are no tags yet. Write one above.</source>
   <translation>Aún no hay etiquetas. Escriba una arriba.</translation>
  </message>
 </context>
 <context>
  <name>TemplatesDialog</name>
  <message>
   <source>A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.</source>
   <translation>Una plantilla es un conjunto de ajustes con un nombre. Al aplicarla, fija estos y deja todo lo demás como está.</translation>
  </message>
  <message>
   <source>Apply to {count} instances…</source>
   <translation>Aplicar a {count} instancias…</translation>
  </message>
  <message>
   <source>Apply to {name}…</source>
   <translation>Aplicar a {name}…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Eliminar</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Cambiar nombre</translation>
  </message>
  <message>
   <source>Save from an instance…</source>
   <translation>Guardar desde una instancia…</translation>
  </message>
  <message>
   <source>Save from {name}…</source>
   <translation>Guardar desde {name}…</translation>
  </message>
  <message>
   <source>Templates</source>
   <translation>Plantillas</translation>
  </message>
  <message>
   <source>There are no templates yet.</source>
   <translation>Aún no hay plantillas.</translation>
  </message>
  <message>
   <source>What the template sets</source>
   <translation>Qué define la plantilla</translation>
  </message>
 </context>
 <context>
  <name>TextDialogs</name>
  <message>
   <source>Diagnostics file</source>
   <translation>Archivo de diagnóstico</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop</source>
   <translation>Algo falló dentro de GOWA Desktop</translation>
  </message>
  <message>
   <source>This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.</source>
   <translation>Esto es lo que contendrá el archivo. Los secretos, los números de teléfono y su nombre de usuario están ocultos; léalo antes de compartirlo.</translation>
  </message>
  <message>
   <source>Your instances go on running. Copy the details when you report it; secrets are hidden in them.</source>
   <translation>Sus instancias siguen en ejecución. Copie los detalles al informar del problema; los secretos están ocultos en ellos.</translation>
  </message>
 </context>
 <context>
  <name>TrashDialog</name>
  <message>
   <source>&amp;Delete for good…</source>
   <translation>&amp;Eliminar definitivamente…</translation>
  </message>
  <message>
   <source>&amp;Empty the trash…</source>
   <translation>&amp;Vaciar la papelera…</translation>
  </message>
  <message>
   <source>&amp;Restore</source>
   <translation>&amp;Restaurar</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Delete for good</source>
   <translation>Eliminar definitivamente</translation>
  </message>
  <message>
   <source>Delete {who} for good?</source>
   <translation>¿Eliminar {who} definitivamente?</translation>
  </message>
  <message>
   <source>The trash is empty.</source>
   <translation>La papelera está vacía.</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Papelera</translation>
  </message>
  <message>
   <source>What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.</source>
   <translation>Lo que se eliminó o se restableció queda aquí 7 días: ajustes, sesión de WhatsApp, mensajes y archivos multimedia.</translation>
  </message>
  <message>
   <source>WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.</source>
   <translation>La sesión de WhatsApp, los mensajes, los archivos multimedia y los ajustes se eliminan ahora. No se pueden recuperar.</translation>
  </message>
  <message>
   <source>{count} entries</source>
   <translation>{count} entradas</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>Se recuperó {name}.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} en total.</translation>
  </message>
 </context>
 <context>
  <name>TrashModel</name>
  <message>
   <source>Data, reset</source>
   <translation>Datos restablecidos</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Eliminado</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instancia</translation>
  </message>
  <message>
   <source>Kept until</source>
   <translation>Se conserva hasta</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nombre</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamaño</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Qué</translation>
  </message>
  <message>
   <source>{name}, {version}, port {port}</source>
   <translation>{name}, {version}, puerto {port}</translation>
  </message>
 </context>
 <context>
  <name>TrashTableView</name>
  <message>
   <source>Data, reset</source>
   <translation>Datos restablecidos</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Papelera</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>ayer 00:00</translation>
  </message>
 </context>
 <context>
  <name>TrayDesk</name>
  <message>
   <source>This desktop shows no tray. When you close this window it stays in the task bar.</source>
   <translation>Este escritorio no muestra ninguna bandeja. Al cerrar esta ventana, queda en la barra de tareas.</translation>
  </message>
 </context>
 <context>
  <name>TrayMenu</name>
  <message>
   <source>Open window</source>
   <translation>Abrir ventana</translation>
  </message>
  <message>
   <source>Quit…</source>
   <translation>Salir…</translation>
  </message>
  <message>
   <source>Start all</source>
   <translation>Iniciar todas</translation>
  </message>
  <message>
   <source>Stop all…</source>
   <translation>Detener todas…</translation>
  </message>
 </context>
 <context>
  <name>UniqueMemory</name>
  <message>
   <source>Measure unique memory</source>
   <translation>Medir la memoria exclusiva</translation>
  </message>
  <message>
   <source>Measuring…</source>
   <translation>Midiendo…</translation>
  </message>
  <message>
   <source>The memory that would be free if this instance ended: what its processes share with other programs is left out. Measuring looks at every page of its memory, so it is done only when you ask.</source>
   <translation>La memoria que quedaría libre si esta instancia terminara: no cuenta lo que sus procesos comparten con otros programas. Medirla exige mirar cada página de su memoria, así que solo se hace cuando usted lo pide.</translation>
  </message>
  <message>
   <source>The system does not tell it.</source>
   <translation>El sistema no lo dice.</translation>
  </message>
  <message>
   <source>Unique memory</source>
   <translation>Memoria exclusiva</translation>
  </message>
  <message>
   <source>Unique memory: {text}</source>
   <translation>Memoria exclusiva: {text}</translation>
  </message>
 </context>
 <context>
  <name>UnsavedDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Descartar</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Guardar</translation>
  </message>
  <message>
   <source>Save the changed settings?</source>
   <translation>¿Guardar los ajustes cambiados?</translation>
  </message>
  <message>
   <source>The settings of {names} were edited but not saved. Without saving, the edits are lost.</source>
   <translation>Los ajustes de {names} se editaron, pero no se guardaron. Si no se guardan, los cambios se pierden.</translation>
  </message>
 </context>
 <context>
  <name>UpdateDesk</name>
  <message>
   <source>Updating</source>
   <translation>Actualizando</translation>
  </message>
  <message>
   <source>Updating {count} instances</source>
   <translation>Actualizando {count} instancias</translation>
  </message>
  <message>
   <source>Updating {name}</source>
   <translation>Actualizando {name}</translation>
  </message>
 </context>
 <context>
  <name>UpdateDialog</name>
  <message>
   <source>&amp;Back</source>
   <translation>&amp;Atrás</translation>
  </message>
  <message>
   <source>&amp;Earlier updates</source>
   <translation>Actualizaciones &amp;anteriores</translation>
  </message>
  <message>
   <source>&amp;Next</source>
   <translation>&amp;Siguiente</translation>
  </message>
  <message>
   <source>&amp;Update {who}</source>
   <translation>&amp;Actualizar {who}</translation>
  </message>
  <message>
   <source>A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot.</source>
   <translation>Primero se crea una copia instantánea de las bases de datos. Si después una instancia no está bien, vuelve a su versión anterior y a su copia.</translation>
  </message>
  <message>
   <source>Afterwards</source>
   <translation>Después</translation>
  </message>
  <message>
   <source>Beginning</source>
   <translation>Comenzando</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Choose the instances to update.</source>
   <translation>Elija las instancias que se van a actualizar.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Downloading GOWA {version}</source>
   <translation>Descargando GOWA {version}</translation>
  </message>
  <message>
   <source>Step {number} of 3</source>
   <translation>Paso {number} de 3</translation>
  </message>
  <message>
   <source>Update GOWA</source>
   <translation>Actualizar GOWA</translation>
  </message>
  <message>
   <source>Update instances</source>
   <translation>Actualizar instancias</translation>
  </message>
  <message>
   <source>Updates</source>
   <translation>Actualizaciones</translation>
  </message>
  <message>
   <source>Updating to GOWA {version}</source>
   <translation>Actualizando a GOWA {version}</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>Qué se conserva y qué se pierde</translation>
  </message>
  <message>
   <source>You can close this window; the update goes on and the status line shows it. Cancel ends it between two steps: what has been updated stays so.</source>
   <translation>Puede cerrar esta ventana; la actualización continúa y la línea de estado la muestra. Cancelar la termina entre dos pasos: lo ya actualizado queda así.</translation>
  </message>
  <message>
   <source>{name} goes first; the others follow only when it is well.</source>
   <translation>{name} va primero; las demás siguen solo cuando está bien.</translation>
  </message>
  <message>
   <source>{version}, installed</source>
   <translation>{version}, instalada</translation>
  </message>
  <message>
   <source>{version}, is downloaded first</source>
   <translation>{version}, se descarga antes</translation>
  </message>
 </context>
 <context>
  <name>UpdateRunner</name>
  <message>
   <source>GOWA {version} could not be installed.</source>
   <translation>No se pudo instalar GOWA {version}.</translation>
  </message>
  <message>
   <source>Show the report</source>
   <translation>Mostrar el informe</translation>
  </message>
  <message>
   <source>The update to GOWA {version} could not begin</source>
   <translation>No se pudo empezar la actualización a GOWA {version}</translation>
  </message>
 </context>
 <context>
  <name>UsageView</name>
  <message>
   <source>Charts of CPU, memory and disk</source>
   <translation>Gráficos de CPU, memoria y disco</translation>
  </message>
 </context>
 <context>
  <name>VersionDesk</name>
  <message>
   <source>Installing GOWA {version}</source>
   <translation>Instalando GOWA {version}</translation>
  </message>
  <message>
   <source>Installing {count} versions</source>
   <translation>Instalando {count} versiones</translation>
  </message>
 </context>
 <context>
  <name>VersionDetails</name>
  <message>
   <source>&amp;Install</source>
   <translation>&amp;Instalar</translation>
  </message>
  <message>
   <source>&amp;Use for instances…</source>
   <translation>&amp;Usar para instancias…</translation>
  </message>
  <message>
   <source>Checked</source>
   <translation>Comprobación</translation>
  </message>
  <message>
   <source>Checked against the checksums of its release.</source>
   <translation>Comprobada con las sumas de comprobación de su publicación.</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instalada</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Instalando</translation>
  </message>
  <message>
   <source>Re&amp;move…</source>
   <translation>&amp;Quitar…</translation>
  </message>
  <message>
   <source>Release notes</source>
   <translation>Notas de la versión</translation>
  </message>
  <message>
   <source>Release notes come with the list of releases. Refresh it to read them.</source>
   <translation>Las notas llegan con la lista de versiones. Actualícela para leerlas.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origen</translation>
  </message>
  <message>
   <source>There was no checksum to check it against.</source>
   <translation>No había suma de comprobación con la que compararlo.</translation>
  </message>
  <message>
   <source>This release has no notes.</source>
   <translation>Esta versión publicada no tiene notas.</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>En uso por</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>En espera</translation>
  </message>
  <message>
   <source>released {date}</source>
   <translation>publicada {date}</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} más</translation>
  </message>
  <message>
   <source>{size} to download</source>
   <translation>{size} por descargar</translation>
  </message>
 </context>
 <context>
  <name>VersionImport</name>
  <message>
   <source>All files (*)</source>
   <translation>Todos los archivos (*)</translation>
  </message>
  <message>
   <source>GOWA release (*.zip)</source>
   <translation>Versión de GOWA (*.zip)</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} está listo.</translation>
  </message>
  <message>
   <source>Import GOWA version</source>
   <translation>Importar versión de GOWA</translation>
  </message>
  <message>
   <source>Importing {file}</source>
   <translation>Importando {file}</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Esta versión ya estaba instalada.</translation>
  </message>
  <message>
   <source>{file} could not be imported</source>
   <translation>No se pudo importar {file}</translation>
  </message>
 </context>
 <context>
  <name>VersionModel</name>
  <message>
   <source>Checked</source>
   <translation>Comprobación</translation>
  </message>
  <message>
   <source>Released</source>
   <translation>Publicada</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamaño</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origen</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Estado</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>En uso por</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
 </context>
 <context>
  <name>VersionRemoval</name>
  <message>
   <source>GOWA {version} cannot be removed now</source>
   <translation>GOWA {version} no se puede quitar ahora</translation>
  </message>
  <message>
   <source>It is used by {names}.</source>
   <translation>Está en uso por {names}.</translation>
  </message>
  <message>
   <source>Move them to another version first, or delete them.</source>
   <translation>Páselas antes a otra versión o elimínelas.</translation>
  </message>
  <message>
   <source>Remove GOWA {version}?</source>
   <translation>¿Quitar GOWA {version}?</translation>
  </message>
  <message>
   <source>Remove {version}</source>
   <translation>Quitar {version}</translation>
  </message>
  <message>
   <source>This frees {size}. It is not in the list of releases, so you need its file to install it again.</source>
   <translation>Esto libera {size}. No está en la lista de versiones, así que necesitará su archivo para instalarla de nuevo.</translation>
  </message>
  <message>
   <source>This frees {size}. You can install it again while its release can be downloaded.</source>
   <translation>Esto libera {size}. Puede instalarla de nuevo mientras se pueda descargar.</translation>
  </message>
 </context>
 <context>
  <name>VersionRunner</name>
  <message>
   <source>GOWA {version} could not be installed</source>
   <translation>No se pudo instalar GOWA {version}</translation>
  </message>
  <message>
   <source>GOWA {version} could not be removed</source>
   <translation>No se pudo quitar GOWA {version}</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} está listo.</translation>
  </message>
  <message>
   <source>GOWA {version} was removed.</source>
   <translation>Se quitó GOWA {version}.</translation>
  </message>
  <message>
   <source>Not every old version could be removed</source>
   <translation>No se pudieron quitar todas las versiones antiguas</translation>
  </message>
  <message>
   <source>Old versions were removed.</source>
   <translation>Se quitaron las versiones antiguas.</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Reintentar</translation>
  </message>
 </context>
 <context>
  <name>VersionTableView</name>
  <message>
   <source>Downloaded</source>
   <translation>Descargada</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versiones de GOWA</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>No es para este equipo</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Sin verificar</translation>
  </message>
 </context>
 <context>
  <name>VersionTagDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Importar</translation>
  </message>
  <message>
   <source>The name {file} does not say it. Write the version as on GOWA's release page.</source>
   <translation>El nombre {file} no lo indica. Escriba la versión como en la página de publicaciones de GOWA.</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versión</translation>
  </message>
  <message>
   <source>Which GOWA version is this?</source>
   <translation>¿Qué versión de GOWA es esta?</translation>
  </message>
 </context>
 <context>
  <name>VersionsWindow</name>
  <message>
   <source>&amp;Clean up…</source>
   <translation>&amp;Limpiar…</translation>
  </message>
  <message>
   <source>&amp;Refresh</source>
   <translation>&amp;Actualizar lista</translation>
  </message>
  <message>
   <source>All {count}</source>
   <translation>Todas {count}</translation>
  </message>
  <message>
   <source>Cancel the installation</source>
   <translation>Cancelar la instalación</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versiones de GOWA</translation>
  </message>
  <message>
   <source>Import a &amp;file…</source>
   <translation>Importar un &amp;archivo…</translation>
  </message>
  <message>
   <source>Install</source>
   <translation>Instalar</translation>
  </message>
  <message>
   <source>Installed {count}</source>
   <translation>Instaladas {count}</translation>
  </message>
  <message>
   <source>Looking for releases…</source>
   <translation>Buscando versiones…</translation>
  </message>
  <message>
   <source>No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.</source>
   <translation>Aún no se conocen versiones publicadas. Actualice la lista o importe un archivo de versión (.zip) que haya descargado.</translation>
  </message>
  <message>
   <source>No version is installed. Choose one under All and install it.</source>
   <translation>No hay ninguna versión instalada. Elija una en Todas e instálela.</translation>
  </message>
  <message>
   <source>Nothing is installed</source>
   <translation>No hay nada instalado</translation>
  </message>
  <message>
   <source>One version takes {size} on the disk</source>
   <translation>Una versión ocupa {size} en el disco</translation>
  </message>
  <message>
   <source>Releases looked for {when}</source>
   <translation>Versiones buscadas {when}</translation>
  </message>
  <message>
   <source>Releases were never looked for</source>
   <translation>Nunca se han buscado versiones</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Quitar…</translation>
  </message>
  <message>
   <source>Show &amp;pre-releases</source>
   <translation>Mostrar versiones &amp;preliminares</translation>
  </message>
  <message>
   <source>The list of releases could not be fetched</source>
   <translation>No se pudo obtener la lista de versiones</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Reintentar</translation>
  </message>
  <message>
   <source>Use for instances…</source>
   <translation>Usar para instancias…</translation>
  </message>
  <message>
   <source>Which versions are shown</source>
   <translation>Qué versiones se muestran</translation>
  </message>
  <message>
   <source>{count} versions take {size} on the disk</source>
   <translation>{count} versiones ocupan {size} en el disco</translation>
  </message>
 </context>
 <context>
  <name>ViewActions</name>
  <message>
   <source>Columns</source>
   <translation>Columnas</translation>
  </message>
  <message>
   <source>Group by tag</source>
   <translation>Agrupar por etiqueta</translation>
  </message>
  <message>
   <source>Group by version</source>
   <translation>Agrupar por versión</translation>
  </message>
  <message>
   <source>No groups</source>
   <translation>Sin grupos</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Only with tag</source>
   <translation>Solo con la etiqueta</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Mostrar todas las instancias</translation>
  </message>
  <message>
   <source>Show running instances</source>
   <translation>Mostrar instancias en ejecución</translation>
  </message>
  <message>
   <source>Show what needs attention</source>
   <translation>Mostrar lo que requiere atención</translation>
  </message>
  <message>
   <source>Usual columns</source>
   <translation>Columnas habituales</translation>
  </message>
 </context>
 <context>
  <name>ViewDesk</name>
  <message>
   <source>CPU curve</source>
   <translation>Curva de CPU</translation>
  </message>
  <message>
   <source>No instance has a tag yet</source>
   <translation>Ninguna instancia tiene aún una etiqueta</translation>
  </message>
  <message>
   <source>The notes were not saved</source>
   <translation>No se guardaron las notas</translation>
  </message>
 </context>
 <context>
  <name>_MessageRow</name>
  <message>
   <source>Close</source>
   <translation>Cerrar</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Cerrar mensaje</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progreso</translation>
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
   <translation>Elija otra carpeta.</translation>
  </message>
  <message>
   <source>Crashed</source>
   <translation>Caída</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memoria</translation>
  </message>
  <message>
   <source>Restarted</source>
   <translation>Reiniciada</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Iniciada</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Detenida</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Actualizada</translation>
  </message>
  <message>
   <source>of one core</source>
   <translation>de un núcleo</translation>
  </message>
  <message>
   <source>of the machine</source>
   <translation>del equipo</translation>
  </message>
  <message>
   <source>the last 24 hours</source>
   <translation>las últimas 24 horas</translation>
  </message>
  <message>
   <source>the last 30 days</source>
   <translation>los últimos 30 días</translation>
  </message>
  <message>
   <source>the last 5 minutes</source>
   <translation>los últimos 5 minutos</translation>
  </message>
  <message>
   <source>the last 7 days</source>
   <translation>los últimos 7 días</translation>
  </message>
  <message>
   <source>the last 90 days</source>
   <translation>los últimos 90 días</translation>
  </message>
  <message>
   <source>the last hour</source>
   <translation>la última hora</translation>
  </message>
  <message>
   <source>{figure} ({low} to {high})</source>
   <translation>{figure} (de {low} a {high})</translation>
  </message>
  <message>
   <source>{file} cannot be written: {reason}</source>
   <translation>No se puede escribir {file}: {reason}</translation>
  </message>
  <message>
   <source>{metric} at most {most} in {time}.</source>
   <translation>{metric} como máximo {most} en {time}.</translation>
  </message>
  <message>
   <source>{metric} at most {most}.</source>
   <translation>{metric} como máximo {most}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most} in {time}.</source>
   <translation>{metric} {now} ahora, como máximo {most} en {time}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most}.</source>
   <translation>{metric} {now} ahora, como máximo {most}.</translation>
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
   <translation>, puerto {port}</translation>
  </message>
  <message>
   <source>Changed since it last ran well:</source>
   <translation>Cambios desde la última vez que funcionó bien:</translation>
  </message>
  <message>
   <source>Port {port} is used by another program</source>
   <translation>Otro programa usa el puerto {port}</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>nada aquí</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>No se pudo iniciar {name}</translation>
  </message>
  <message>
   <source>{name} ended unexpectedly</source>
   <translation>{name} terminó de forma inesperada</translation>
  </message>
  <message>
   <source>{name} keeps failing</source>
   <translation>{name} falla una y otra vez</translation>
  </message>
 </context>
 <context>
  <name>durationWords</name>
  <message>
   <source>day</source>
   <translation>día</translation>
  </message>
  <message>
   <source>days</source>
   <translation>días</translation>
  </message>
  <message>
   <source>hour</source>
   <translation>hora</translation>
  </message>
  <message>
   <source>hours</source>
   <translation>horas</translation>
  </message>
  <message>
   <source>minute</source>
   <translation>minuto</translation>
  </message>
  <message>
   <source>minutes</source>
   <translation>minutos</translation>
  </message>
  <message>
   <source>second</source>
   <translation>segundo</translation>
  </message>
  <message>
   <source>seconds</source>
   <translation>segundos</translation>
  </message>
 </context>
 <context>
  <name>extraOptions</name>
  <message>
   <source>Added to the command as they are, one word in each row. Other users of this computer can see them.</source>
   <translation>Se agregan a la orden tal cual, una palabra en cada fila. Otros usuarios de este equipo pueden verlas.</translation>
  </message>
  <message>
   <source>Added to the environment of GOWA as they are.</source>
   <translation>Se agregan al entorno de GOWA tal cual.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumentos adicionales</translation>
  </message>
  <message>
   <source>Extra environment variables</source>
   <translation>Variables de entorno adicionales</translation>
  </message>
  <message>
   <source>The port that this instance answers on.</source>
   <translation>El puerto en el que responde esta instancia.</translation>
  </message>
 </context>
 <context>
  <name>format</name>
  <message>
   <source>today {time}</source>
   <translation>hoy {time}</translation>
  </message>
  <message>
   <source>yesterday {time}</source>
   <translation>ayer {time}</translation>
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
   <translation>Sin etiqueta</translation>
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
   <translation>El disco está casi lleno: hay {value} libres, el límite es {limit}.</translation>
  </message>
  <message>
   <source>WhatsApp sessions</source>
   <translation>Sesiones de WhatsApp</translation>
  </message>
  <message>
   <source>chats</source>
   <translation>chats</translation>
  </message>
  <message>
   <source>disk {free} free</source>
   <translation>disco {free} libres</translation>
  </message>
  <message>
   <source>logs</source>
   <translation>registros</translation>
  </message>
  <message>
   <source>media</source>
   <translation>multimedia</translation>
  </message>
  <message>
   <source>memory {used} of {total}</source>
   <translation>memoria {used} de {total}</translation>
  </message>
  <message>
   <source>mostly {part}</source>
   <translation>sobre todo {part}</translation>
  </message>
  <message>
   <source>other files</source>
   <translation>otros archivos</translation>
  </message>
  <message>
   <source>this computer: {parts}</source>
   <translation>este equipo: {parts}</translation>
  </message>
  <message>
   <source>{name}: CPU {value} of one core, the limit is {limit}.</source>
   <translation>{name}: CPU {value} de un núcleo, el límite es {limit}.</translation>
  </message>
  <message>
   <source>{name}: folder {value}, the limit is {limit}.</source>
   <translation>{name}: carpeta {value}, el límite es {limit}.</translation>
  </message>
  <message>
   <source>{name}: memory {value}, the limit is {limit}.</source>
   <translation>{name}: memoria {value}, el límite es {limit}.</translation>
  </message>
  <message>
   <source>{size} together</source>
   <translation>{size} en total</translation>
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
   <translation>GOWA {version} está disponible · Instalar</translation>
  </message>
  <message>
   <source>GOWA {version} is available · Update…</source>
   <translation>GOWA {version} está disponible · Actualizar…</translation>
  </message>
  <message>
   <source>One instance uses an older GOWA · Update…</source>
   <translation>Una instancia usa un GOWA anterior · Actualizar…</translation>
  </message>
  <message>
   <source>{count} instances use an older GOWA · Update…</source>
   <translation>{count} instancias usan un GOWA anterior · Actualizar…</translation>
  </message>
 </context>
 <context>
  <name>progress</name>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} de {total}</translation>
  </message>
  <message>
   <source>{duration} left</source>
   <translation>quedan {duration}</translation>
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
   <translation>No es posible ahora.</translation>
  </message>
  <message>
   <source>Not possible now: {who}.</source>
   <translation>No es posible ahora: {who}.</translation>
  </message>
  <message>
   <source>Not running: {who}.</source>
   <translation>No está en ejecución: {who}.</translation>
  </message>
  <message>
   <source>Running already: {who}.</source>
   <translation>Ya en ejecución: {who}.</translation>
  </message>
  <message>
   <source>Select an instance first.</source>
   <translation>Seleccione antes una instancia.</translation>
  </message>
  <message>
   <source>Select one instance alone.</source>
   <translation>Seleccione una sola instancia.</translation>
  </message>
  <message>
   <source>Simulated, so there is nothing to keep: {who}.</source>
   <translation>Simulado, así que no hay nada que conservar: {who}.</translation>
  </message>
  <message>
   <source>The data folder is only looked at now.</source>
   <translation>Ahora la carpeta de datos solo se consulta.</translation>
  </message>
  <message>
   <source>Wait until {who} has stopped.</source>
   <translation>Espere a que se detenga: {who}.</translation>
  </message>
  <message>
   <source>Wait until {who} is no longer busy.</source>
   <translation>Espere a que deje de estar en uso: {who}.</translation>
  </message>
  <message>
   <source>Without a process to end: {who}.</source>
   <translation>Sin proceso que terminar: {who}.</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instancias</translation>
  </message>
 </context>
 <context>
  <name>status</name>
  <message>
   <source>CPU {cpu} of one core</source>
   <translation>CPU {cpu} de un núcleo</translation>
  </message>
  <message>
   <source>Closed in the settings, open until it is restarted.</source>
   <translation>Cerrado en los ajustes, abierto hasta que se reinicie.</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Con error</translation>
  </message>
  <message>
   <source>Failed, next try in {duration}</source>
   <translation>Con error, próximo intento en {duration}</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Aún no hay instancias</translation>
  </message>
  <message>
   <source>Not yet: from its next start on.</source>
   <translation>Aún no: a partir de su próximo inicio.</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Reiniciando</translation>
  </message>
  <message>
   <source>Retry in {duration}</source>
   <translation>Reintento en {duration}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Reintentando</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>En ejecución</translation>
  </message>
  <message>
   <source>Running for {duration}</source>
   <translation>En ejecución desde hace {duration}</translation>
  </message>
  <message>
   <source>Running for {duration}, not answering</source>
   <translation>En ejecución desde hace {duration}, no responde</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>En ejecución, no responde</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Detenida</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Deteniendo</translation>
  </message>
  <message>
   <source>Stopping, {seconds} s</source>
   <translation>Deteniendo, {seconds} s</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>En espera</translation>
  </message>
  <message>
   <source>Working</source>
   <translation>Ocupada</translation>
  </message>
  <message>
   <source>memory {memory}</source>
   <translation>memoria {memory}</translation>
  </message>
  <message>
   <source>port {port}</source>
   <translation>puerto {port}</translation>
  </message>
  <message>
   <source>simulator</source>
   <translation>simulador</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} de {count} en ejecución</translation>
  </message>
 </context>
 <context>
  <name>tray</name>
  <message>
   <source>1 more in the window…</source>
   <translation>1 más en la ventana…</translation>
  </message>
  <message>
   <source>1 needs attention</source>
   <translation>1 requiere atención</translation>
  </message>
  <message>
   <source>GOWA Desktop: no instances yet.</source>
   <translation>GOWA Desktop: aún no hay instancias.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.</source>
   <translation>GOWA Desktop: {running} de {count} en ejecución, {name}: {state}, {more} más requieren atención.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}.</source>
   <translation>GOWA Desktop: {running} de {count} en ejecución, {name}: {state}.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running.</source>
   <translation>GOWA Desktop: {running} de {count} en ejecución.</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Aún no hay instancias</translation>
  </message>
  <message>
   <source>Not answering</source>
   <translation>No responde</translation>
  </message>
  <message>
   <source>{count} more in the window…</source>
   <translation>{count} más en la ventana…</translation>
  </message>
  <message>
   <source>{count} need attention</source>
   <translation>{count} requieren atención</translation>
  </message>
  <message>
   <source>{name} · {state}</source>
   <translation>{name} · {state}</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} de {count} en ejecución</translation>
  </message>
 </context>
 <context>
  <name>update</name>
  <message>
   <source>A snapshot of before is kept. You find it under Snapshots in the menu of the instance.</source>
   <translation>Se conserva una copia instantánea de antes. Está en Copias instantáneas, en el menú de la instancia.</translation>
  </message>
  <message>
   <source>As it was</source>
   <translation>Como estaba</translation>
  </message>
  <message>
   <source>Changing the version</source>
   <translation>Cambiando la versión</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Listo</translation>
  </message>
  <message>
   <source>Everything is kept</source>
   <translation>Se conserva todo</translation>
  </message>
  <message>
   <source>Going back</source>
   <translation>Volviendo atrás</translation>
  </message>
  <message>
   <source>Has its old version again</source>
   <translation>Tiene de nuevo su versión anterior</translation>
  </message>
  <message>
   <source>Has this version already</source>
   <translation>Ya tiene esta versión</translation>
  </message>
  <message>
   <source>Look at what receives your webhooks: their form changed with v8.</source>
   <translation>Revise lo que recibe sus webhooks: su forma cambió con v8.</translation>
  </message>
  <message>
   <source>Needs you</source>
   <translation>Requiere su atención</translation>
  </message>
  <message>
   <source>Nothing has to be paired. If a phone asks for it all the same, scan the code as usual.</source>
   <translation>No hay que vincular nada. Si un teléfono lo pide de todos modos, escanee el código como siempre.</translation>
  </message>
  <message>
   <source>Older version, everything is kept</source>
   <translation>Versión anterior, se conserva todo</translation>
  </message>
  <message>
   <source>Pairing stays, chats begin anew</source>
   <translation>La vinculación queda, los chats empiezan de nuevo</translation>
  </message>
  <message>
   <source>Programs that read chats through the API see new messages only. Do not expect the old ones.</source>
   <translation>Los programas que leen chats por la API solo ven mensajes nuevos. No espere los anteriores.</translation>
  </message>
  <message>
   <source>Returning to the old version</source>
   <translation>Volviendo a la versión anterior</translation>
  </message>
  <message>
   <source>Saving a snapshot</source>
   <translation>Guardando una copia instantánea</translation>
  </message>
  <message>
   <source>See that WhatsApp still accepts the older version: the instance must say that it is connected.</source>
   <translation>Compruebe que WhatsApp aún acepta la versión anterior: la instancia debe indicar que está conectada.</translation>
  </message>
  <message>
   <source>Send a message to one of the numbers and see that it arrives where you expect it.</source>
   <translation>Envíe un mensaje a uno de los números y compruebe que llega adonde lo espera.</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Deteniendo</translation>
  </message>
  <message>
   <source>The update needs you</source>
   <translation>La actualización requiere su atención</translation>
  </message>
  <message>
   <source>The update was not finished</source>
   <translation>La actualización no se completó</translation>
  </message>
  <message>
   <source>The update was taken back</source>
   <translation>La actualización se deshizo</translation>
  </message>
  <message>
   <source>The update went well</source>
   <translation>La actualización salió bien</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Actualizada</translation>
  </message>
  <message>
   <source>Updating</source>
   <translation>Actualizando</translation>
  </message>
  <message>
   <source>Waits for its turn</source>
   <translation>Espera su turno</translation>
  </message>
  <message>
   <source>Watching whether it is well</source>
   <translation>Vigilando si está bien</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instancias</translation>
  </message>
 </context>
 <context>
  <name>verbs</name>
  <message>
   <source>Delete {who}</source>
   <translation>Eliminar {who}</translation>
  </message>
  <message>
   <source>Delete {who}?</source>
   <translation>¿Eliminar {who}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Eliminando</translation>
  </message>
  <message>
   <source>Deleting {count} instances</source>
   <translation>Eliminando {count} instancias</translation>
  </message>
  <message>
   <source>Edits of its settings that are not saved are lost.</source>
   <translation>Se perderán los cambios de sus ajustes que no se hayan guardado.</translation>
  </message>
  <message>
   <source>Ending now</source>
   <translation>Terminando</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Forzar cierre</translation>
  </message>
  <message>
   <source>Force kill {who}?</source>
   <translation>¿Forzar el cierre de {who}?</translation>
  </message>
  <message>
   <source>Forcing {count} instances to end</source>
   <translation>Forzando el cierre de {count} instancias</translation>
  </message>
  <message>
   <source>GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.</source>
   <translation>GOWA no tiene tiempo para acabar: pueden perderse mensajes que se están enviando. Después queda detenida.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, version and settings stay. The phone must be paired again.</source>
   <translation>Se detiene, y su sesión de WhatsApp, sus mensajes y sus archivos multimedia pasan a la papelera durante 7 días. El nombre, el puerto, la versión y los ajustes quedan. Hay que vincular de nuevo el teléfono.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Se detiene, y su sesión de WhatsApp, sus mensajes, sus archivos multimedia y sus ajustes pasan a la papelera durante 7 días.</translation>
  </message>
  <message>
   <source>Reset data</source>
   <translation>Restablecer datos</translation>
  </message>
  <message>
   <source>Reset the data of {who}?</source>
   <translation>¿Restablecer los datos de {who}?</translation>
  </message>
  <message>
   <source>Resetting data</source>
   <translation>Restableciendo datos</translation>
  </message>
  <message>
   <source>Resetting the data of {count} instances</source>
   <translation>Restableciendo los datos de {count} instancias</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Reiniciando</translation>
  </message>
  <message>
   <source>Restarting {count} instances</source>
   <translation>Reiniciando {count} instancias</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Starting {count} instances</source>
   <translation>Iniciando {count} instancias</translation>
  </message>
  <message>
   <source>Stop {who}</source>
   <translation>Detener {who}</translation>
  </message>
  <message>
   <source>Stop {who}?</source>
   <translation>¿Detener {who}?</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Deteniendo</translation>
  </message>
  <message>
   <source>Stopping {count} instances</source>
   <translation>Deteniendo {count} instancias</translation>
  </message>
  <message>
   <source>The data of {count} instances was moved to the trash for 7 days.</source>
   <translation>Los datos de {count} instancias pasaron a la papelera durante 7 días.</translation>
  </message>
  <message>
   <source>The data of {failed} of {count} instances could not be reset</source>
   <translation>No se pudieron restablecer los datos de {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>The data of {name} could not be reset</source>
   <translation>No se pudieron restablecer los datos de {name}</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, versions and settings stay. The phones must be paired again.</source>
   <translation>Se detienen, y sus sesiones de WhatsApp, sus mensajes y sus archivos multimedia pasan a la papelera durante 7 días. Los nombres, los puertos, las versiones y los ajustes quedan. Hay que vincular de nuevo los teléfonos.</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Se detienen, y sus sesiones de WhatsApp, sus mensajes, sus archivos multimedia y sus ajustes pasan a la papelera durante 7 días.</translation>
  </message>
  <message>
   <source>They finish what they are doing and then send and receive nothing until you start them again.</source>
   <translation>Acaban lo que están haciendo y después no envían ni reciben nada hasta que las inicie de nuevo.</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>En espera</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instancias</translation>
  </message>
  <message>
   <source>{count} instances forced to end.</source>
   <translation>Se forzó el cierre de {count} instancias.</translation>
  </message>
  <message>
   <source>{count} instances moved to the trash for 7 days.</source>
   <translation>{count} instancias pasaron a la papelera durante 7 días.</translation>
  </message>
  <message>
   <source>{count} instances restarted.</source>
   <translation>{count} instancias reiniciadas.</translation>
  </message>
  <message>
   <source>{count} instances started.</source>
   <translation>{count} instancias iniciadas.</translation>
  </message>
  <message>
   <source>{count} instances stopped.</source>
   <translation>{count} instancias detenidas.</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be deleted</source>
   <translation>No se pudieron eliminar {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be forced to end</source>
   <translation>No se pudo forzar el cierre de {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be restarted</source>
   <translation>No se pudieron reiniciar {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be started</source>
   <translation>No se pudieron iniciar {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be stopped</source>
   <translation>No se pudieron detener {failed} de {count} instancias</translation>
  </message>
  <message>
   <source>{name} could not be deleted</source>
   <translation>No se pudo eliminar {name}</translation>
  </message>
  <message>
   <source>{name} could not be forced to end</source>
   <translation>No se pudo forzar el cierre de {name}</translation>
  </message>
  <message>
   <source>{name} could not be restarted</source>
   <translation>No se pudo reiniciar {name}</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>No se pudo iniciar {name}</translation>
  </message>
  <message>
   <source>{name} could not be stopped</source>
   <translation>No se pudo detener {name}</translation>
  </message>
 </context>
 <context>
  <name>versions</name>
  <message>
   <source>Available</source>
   <translation>Disponible</translation>
  </message>
  <message>
   <source>Downloaded</source>
   <translation>Descargada</translation>
  </message>
  <message>
   <source>Imported</source>
   <translation>Importada</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instalada</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Instalando</translation>
  </message>
  <message>
   <source>Instances that use the latest version start with this one.</source>
   <translation>Las instancias que usan la última versión se inician con esta.</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>No es para este equipo</translation>
  </message>
  <message>
   <source>Not there yet</source>
   <translation>Aún no está</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Sin verificar</translation>
  </message>
  <message>
   <source>Pre-release</source>
   <translation>Versión preliminar</translation>
  </message>
  <message>
   <source>The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.</source>
   <translation>El archivo para este equipo aún no se ha publicado. Las versiones recientes están completas tras unos minutos; actualice entonces.</translation>
  </message>
  <message>
   <source>This release has no file for this computer.</source>
   <translation>Esta versión publicada no tiene un archivo para este equipo.</translation>
  </message>
  <message>
   <source>Verified</source>
   <translation>Verificada</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} y {count} más</translation>
  </message>
 </context>
</TS>
