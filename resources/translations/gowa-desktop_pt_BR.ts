<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en_US">
 <context>
  <name>AboutDialog</name>
  <message>
   <source>About GOWA Desktop</source>
   <translation>Sobre o GOWA Desktop</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Components and their licences</source>
   <translation>Componentes e suas licenças</translation>
  </message>
  <message>
   <source>Copy version and system</source>
   <translation>Copiar versão e sistema</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Licença</translation>
  </message>
  <message>
   <source>Made of, and on these terms</source>
   <translation>Feito com, e sob estes termos</translation>
  </message>
  <message>
   <source>Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence.</source>
   <translation>Executa, observa e mantém ativos os servidores GOWA da API do WhatsApp neste computador. Licença MIT.</translation>
  </message>
  <message>
   <source>The text of the licence does not lie beside this copy of the program.</source>
   <translation>O texto da licença não está junto a esta cópia do programa.</translation>
  </message>
  <message>
   <source>What it runs on</source>
   <translation>Em que funciona</translation>
  </message>
 </context>
 <context>
  <name>Actions</name>
  <message>
   <source>About GOWA Desktop…</source>
   <translation>Sobre o GOWA Desktop…</translation>
  </message>
  <message>
   <source>Alerts…</source>
   <translation>Alertas…</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>Todas as instâncias lado a lado</translation>
  </message>
  <message>
   <source>Command palette…</source>
   <translation>Paleta de comandos…</translation>
  </message>
  <message>
   <source>Copy URL</source>
   <translation>Copiar URL</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Excluir…</translation>
  </message>
  <message>
   <source>Diagnostics file…</source>
   <translation>Arquivo de diagnóstico…</translation>
  </message>
  <message>
   <source>Disk and media…</source>
   <translation>Disco e mídia…</translation>
  </message>
  <message>
   <source>Force kill…</source>
   <translation>Forçar encerramento…</translation>
  </message>
  <message>
   <source>GOWA versions…</source>
   <translation>Versões do GOWA…</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Ajuda</translation>
  </message>
  <message>
   <source>Import GOWA version…</source>
   <translation>Importar versão do GOWA…</translation>
  </message>
  <message>
   <source>Keyboard shortcuts…</source>
   <translation>Atalhos de teclado…</translation>
  </message>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Log do GOWA Desktop</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Logs de todas as instâncias</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Nova instância</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>Abrir pasta</translation>
  </message>
  <message>
   <source>Open in browser</source>
   <translation>Abrir no navegador</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Sair</translation>
  </message>
  <message>
   <source>Reset data…</source>
   <translation>Redefinir dados…</translation>
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
   <translation>Autoteste…</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Configurações…</translation>
  </message>
  <message>
   <source>Snapshots…</source>
   <translation>Instantâneos…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Parar</translation>
  </message>
  <message>
   <source>Supervision…</source>
   <translation>Supervisão…</translation>
  </message>
  <message>
   <source>Tags…</source>
   <translation>Etiquetas…</translation>
  </message>
  <message>
   <source>Trash…</source>
   <translation>Lixeira…</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Desfazer</translation>
  </message>
  <message>
   <source>Update GOWA…</source>
   <translation>Atualizar o GOWA…</translation>
  </message>
 </context>
 <context>
  <name>AfterwardsPage</name>
  <message>
   <source>I have read what is kept and what is lost</source>
   <translation>Li o que é mantido e o que é perdido</translation>
  </message>
  <message>
   <source>What to do afterwards</source>
   <translation>O que fazer depois</translation>
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
   <translation>&amp;CPU de um núcleo</translation>
  </message>
  <message>
   <source>&amp;Folder on the disk</source>
   <translation>&amp;Pasta no disco</translation>
  </message>
  <message>
   <source>&amp;Memory</source>
   <translation>&amp;Memória</translation>
  </message>
  <message>
   <source>Alerts</source>
   <translation>Alertas</translation>
  </message>
  <message>
   <source>All instances</source>
   <translation>Todas as instâncias</translation>
  </message>
  <message>
   <source>CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab.</source>
   <translation>CPU e memória são médias ao longo do tempo. Um alerta aparece como notificação, na tabela e na aba Gráficos.</translation>
  </message>
  <message>
   <source>F&amp;or</source>
   <translation>&amp;Por</translation>
  </message>
  <message>
   <source>F&amp;ree room on the disk</source>
   <translation>&amp;Espaço livre no disco</translation>
  </message>
  <message>
   <source>For which instances</source>
   <translation>Para quais instâncias</translation>
  </message>
  <message>
   <source>Nothing is too much now.</source>
   <translation>Nada está em excesso agora.</translation>
  </message>
  <message>
   <source>Nothing is watched yet. Choose a limit below.</source>
   <translation>Nada é observado ainda. Escolha um limite abaixo.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Too much now</source>
   <translation>Em excesso agora</translation>
  </message>
  <message>
   <source>What counts as too much</source>
   <translation>O que conta como excesso</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>e mais {count}</translation>
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
   <translation>Aplicar um modelo a {count} instâncias</translation>
  </message>
  <message>
   <source>Apply a template to {name}</source>
   <translation>Aplicar um modelo a {name}</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Salve-o de novo a partir de uma instância.</translation>
  </message>
  <message>
   <source>Template</source>
   <translation>Modelo</translation>
  </message>
  <message>
   <source>This template cannot be read.</source>
   <translation>Este modelo não pode ser lido.</translation>
  </message>
 </context>
 <context>
  <name>BulkEditDialog</name>
  <message>
   <source>Change a setting of {count} instances</source>
   <translation>Alterar uma configuração de {count} instâncias</translation>
  </message>
  <message>
   <source>Change a setting of {name}</source>
   <translation>Alterar uma configuração de {name}</translation>
  </message>
  <message>
   <source>Put it &amp;back to the default</source>
   <translation>Voltar ao &amp;padrão</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Configuração</translation>
  </message>
  <message>
   <source>Setting to change</source>
   <translation>Configuração a alterar</translation>
  </message>
  <message>
   <source>They differ now.</source>
   <translation>Agora são diferentes.</translation>
  </message>
 </context>
 <context>
  <name>ChangeModel</name>
  <message>
   <source>Instance</source>
   <translation>Instância</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Nova</translation>
  </message>
  <message>
   <source>Not possible</source>
   <translation>Impossível</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Agora</translation>
  </message>
  <message>
   <source>Other settings</source>
   <translation>Outras configurações</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Configuração</translation>
  </message>
  <message>
   <source>Skipped. {reason}</source>
   <translation>Ignorada. {reason}</translation>
  </message>
  <message>
   <source>Stays as it is</source>
   <translation>Fica como está</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>alterado</translation>
  </message>
  <message>
   <source>{name}: {setting}, now {old}, new {new}</source>
   <translation>{name}: {setting}, agora {old}, novo {new}</translation>
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
   <translation>O que muda</translation>
  </message>
 </context>
 <context>
  <name>ChartFiles</name>
  <message>
   <source>All instances side by side</source>
   <translation>Todas as instâncias lado a lado</translation>
  </message>
  <message>
   <source>Export and more</source>
   <translation>Exportar e mais</translation>
  </message>
  <message>
   <source>Export figures</source>
   <translation>Exportar números</translation>
  </message>
  <message>
   <source>Export figures (CSV)…</source>
   <translation>Exportar números (CSV)…</translation>
  </message>
  <message>
   <source>Export picture</source>
   <translation>Exportar imagem</translation>
  </message>
  <message>
   <source>Export picture (PNG)…</source>
   <translation>Exportar imagem (PNG)…</translation>
  </message>
  <message>
   <source>Pictures (*.png)</source>
   <translation>Imagens (*.png)</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>Tabelas (*.csv)</translation>
  </message>
  <message>
   <source>The figures are in {file}.</source>
   <translation>Os números estão em {file}.</translation>
  </message>
  <message>
   <source>The picture is in {file}.</source>
   <translation>A imagem está em {file}.</translation>
  </message>
 </context>
 <context>
  <name>ChartsTab</name>
  <message>
   <source>Back to now</source>
   <translation>Voltar ao agora</translation>
  </message>
  <message>
   <source>CPU of the machine</source>
   <translation>CPU da máquina</translation>
  </message>
  <message>
   <source>Charts of CPU, memory and disk. {summary}</source>
   <translation>Gráficos de CPU, memória e disco. {summary}</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Quanto tempo é mostrado</translation>
  </message>
  <message>
   <source>No history yet.
None of them ran in {time}. Choose a longer time above.</source>
   <translation>Ainda não há histórico.
Nenhuma delas esteve em execução neste período ({time}). Escolha acima um período maior.</translation>
  </message>
  <message>
   <source>No history yet.
The first figures come within a few seconds.</source>
   <translation>Ainda não há histórico.
Os primeiros números chegam em poucos segundos.</translation>
  </message>
  <message>
   <source>No history yet.
{name} did not run in {time}. Start it, or choose a longer time above.</source>
   <translation>Ainda não há histórico.
{name} não esteve em execução neste período ({time}). Inicie-a ou escolha acima um período maior.</translation>
  </message>
  <message>
   <source>Off: 100 % is one core. On: 100 % is all cores of this computer.</source>
   <translation>Desativado: 100 % é um núcleo. Ativado: 100 % são todos os núcleos deste computador.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparando os gráficos…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>The first {shown} of {count} selected instances are shown.</source>
   <translation>São mostradas as primeiras {shown} de {count} instâncias selecionadas.</translation>
  </message>
 </context>
 <context>
  <name>ChoosePage</name>
  <message>
   <source>Choose &amp;all</source>
   <translation>Escolher &amp;todas</translation>
  </message>
  <message>
   <source>Choose n&amp;one</source>
   <translation>Escolher &amp;nenhuma</translation>
  </message>
  <message>
   <source>Update to &amp;version</source>
   <translation>Atualizar para a &amp;versão</translation>
  </message>
  <message>
   <source>Version to update to</source>
   <translation>Versão para a qual atualizar</translation>
  </message>
 </context>
 <context>
  <name>CleanDialog</name>
  <message>
   <source> days</source>
   <translation> dias</translation>
  </message>
  <message>
   <source>&amp;Clean up</source>
   <translation>&amp;Limpar</translation>
  </message>
  <message>
   <source>&amp;Delete received media by itself once they are older than</source>
   <translation>&amp;Excluir automaticamente a mídia recebida com mais de</translation>
  </message>
  <message>
   <source>1 file</source>
   <translation>1 arquivo</translation>
  </message>
  <message>
   <source>1 file could not be removed.</source>
   <translation>1 arquivo não pôde ser removido.</translation>
  </message>
  <message>
   <source>1 file is gone; {size} are free again.</source>
   <translation>1 arquivo foi removido; {size} estão livres de novo.</translation>
  </message>
  <message>
   <source>1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>1 arquivo, {size}, é excluído agora. Não é possível recuperá-lo. As conversas e a sessão do WhatsApp ficam.</translation>
  </message>
  <message>
   <source>1 file, {size}, is older than {days} days. It is of {when}.</source>
   <translation>1 arquivo, {size}, tem mais de {days} dias. É de {when}.</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Alterado</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Dias</translation>
  </message>
  <message>
   <source>Delete media</source>
   <translation>Excluir mídia</translation>
  </message>
  <message>
   <source>Delete received media of {name}?</source>
   <translation>Excluir a mídia recebida de {name}?</translation>
  </message>
  <message>
   <source>Delete them &amp;now…</source>
   <translation>Excluir &amp;agora…</translation>
  </message>
  <message>
   <source>Disk of {name}</source>
   <translation>Disco de {name}</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Procurando…</translation>
  </message>
  <message>
   <source>No received media are older than {days} days.</source>
   <translation>Nenhuma mídia recebida tem mais de {days} dias.</translation>
  </message>
  <message>
   <source>Received media</source>
   <translation>Mídia recebida</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamanho</translation>
  </message>
  <message>
   <source>The folder has not been measured yet.</source>
   <translation>A pasta ainda não foi medida.</translation>
  </message>
  <message>
   <source>The largest files that would go</source>
   <translation>Os maiores arquivos que sairiam</translation>
  </message>
  <message>
   <source>The largest of them</source>
   <translation>Os maiores deles</translation>
  </message>
  <message>
   <source>There is nothing to clean up.</source>
   <translation>Não há nada para limpar.</translation>
  </message>
  <message>
   <source>What nobody misses</source>
   <translation>O que não faz falta</translation>
  </message>
  <message>
   <source>WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.</source>
   <translation>As sessões e conversas do WhatsApp nunca são tocadas. Links para mídia excluída em mensagens antigas não levam a lugar nenhum.</translation>
  </message>
  <message>
   <source>{count} files</source>
   <translation>{count} arquivos</translation>
  </message>
  <message>
   <source>{count} files are gone; {size} are free again.</source>
   <translation>{count} arquivos foram removidos; {size} estão livres de novo.</translation>
  </message>
  <message>
   <source>{count} files could not be removed.</source>
   <translation>{count} arquivos não puderam ser removidos.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>{count} arquivos, {size}, são excluídos agora. Não é possível recuperá-los. As conversas e a sessão do WhatsApp ficam.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are older than {days} days. The oldest is of {when}.</source>
   <translation>{count} arquivos, {size}, têm mais de {days} dias. O mais antigo é de {when}.</translation>
  </message>
  <message>
   <source>{files}, {size}: dumps of the history, second copies of images, old QR pictures.</source>
   <translation>{files}, {size}: cópias brutas do histórico, segundas cópias de imagens, imagens QR antigas.</translation>
  </message>
 </context>
 <context>
  <name>CleanUpDialog</name>
  <message>
   <source>&amp;Keep the newest</source>
   <translation>&amp;Manter as mais recentes</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Limpar versões</translation>
  </message>
  <message>
   <source>Nothing to remove.</source>
   <translation>Nada a remover.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Remover</translation>
  </message>
  <message>
   <source>Removes {versions} and frees {size}.</source>
   <translation>Remove {versions} e libera {size}.</translation>
  </message>
  <message>
   <source>Versions that an instance uses stay in any case.</source>
   <translation>As versões que uma instância usa ficam de qualquer forma.</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>mais {count}</translation>
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
   <translation>O GOWA Desktop pode ficar na bandeja: seu ícone mostra como estão suas instâncias, e um clique nele traz a janela de volta.</translation>
  </message>
  <message>
   <source>Keep GOWA Desktop at hand?</source>
   <translation>Manter o GOWA Desktop à mão?</translation>
  </message>
  <message>
   <source>Keep in task bar</source>
   <translation>Manter na barra de tarefas</translation>
  </message>
  <message>
   <source>Keep in tray</source>
   <translation>Manter na bandeja</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Sair</translation>
  </message>
  <message>
   <source>This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.</source>
   <translation>Esta área de trabalho não tem bandeja; por isso, o GOWA Desktop pode ficar na barra de tarefas: um clique ali traz a janela de volta.</translation>
  </message>
  <message>
   <source>Your instances keep running either way, unless you choose to stop them when you quit.</source>
   <translation>De qualquer forma, suas instâncias continuam em execução, a menos que você escolha pará-las ao sair.</translation>
  </message>
 </context>
 <context>
  <name>CommandLine</name>
  <message>
   <source>(After a restart.)</source>
   <translation>(Depois de um reinício.)</translation>
  </message>
  <message>
   <source>(Until it is restarted.)</source>
   <translation>(Até ser reiniciada.)</translation>
  </message>
  <message>
   <source>(in the trash, for seven days at most)</source>
   <translation>(na lixeira, por sete dias no máximo)</translation>
  </message>
  <message>
   <source>--json goes with a command or with --self-test.</source>
   <translation>--json vai com um comando ou com --self-test.</translation>
  </message>
  <message>
   <source>--screenshot goes with --self-test.</source>
   <translation>--screenshot vai com --self-test.</translation>
  </message>
  <message>
   <source>--then goes with the window.</source>
   <translation>--then vai com a janela.</translation>
  </message>
  <message>
   <source>A command cannot be combined with a way to start the program.</source>
   <translation>Um comando não pode ser combinado com uma forma de iniciar o programa.</translation>
  </message>
  <message>
   <source>A name and --all do not go together.</source>
   <translation>Um nome e --all não vão juntos.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Acrescente --yes para fazer isso.</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Endereço</translation>
  </message>
  <message>
   <source>As of {checked_at}.</source>
   <translation>Consultado em {checked_at}.</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Chats</source>
   <translation>Conversas</translation>
  </message>
  <message>
   <source>Check the path after --data-dir, or start GOWA Desktop with it once.</source>
   <translation>Verifique o caminho depois de --data-dir ou inicie o GOWA Desktop uma vez com ele.</translation>
  </message>
  <message>
   <source>Checksum</source>
   <translation>Soma</translation>
  </message>
  <message>
   <source>Choose another with --data-dir.</source>
   <translation>Escolha outra com --data-dir.</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Criada</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Excluída</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>Ends by itself</source>
   <translation>Se terminar sozinha</translation>
  </message>
  <message>
   <source>Error</source>
   <translation>Erro</translation>
  </message>
  <message>
   <source>Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs also work while it is not running.</source>
   <translation>Códigos de saída: 0 feito, 1 falhou em uma instância ou mais, 2 uso incorreto, 3 o GOWA Desktop não está em execução; com --json cada erro tem um código. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list e logs também funcionam quando ele não está em execução.</translation>
  </message>
  <message>
   <source>Exposed</source>
   <translation>Exposta</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Com falha</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>Arquivos</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Pasta</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Goes</source>
   <translation>Some em</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instaladas</translation>
  </message>
  <message>
   <source>JSON carries everything, a .env what GOWA itself can read</source>
   <translation>JSON leva tudo; um .env, o que o próprio GOWA pode ler</translation>
  </message>
  <message>
   <source>Key</source>
   <translation>Chave</translation>
  </message>
  <message>
   <source>Kill which instance?</source>
   <translation>Qual instância deve ser encerrada à força?</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Made</source>
   <translation>Criado</translation>
  </message>
  <message>
   <source>Meaning</source>
   <translation>Significado</translation>
  </message>
  <message>
   <source>Media</source>
   <translation>Mídia</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Limite de memória</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>Name one after --data-dir, or leave it out.</source>
   <translation>Indique uma depois de --data-dir ou deixe-a de fora.</translation>
  </message>
  <message>
   <source>Names and --all do not go together.</source>
   <translation>Nomes e --all não vão juntos.</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Nenhuma linha corresponde.</translation>
  </message>
  <message>
   <source>No releases are known yet. Ask for them with: gowa-desktop versions available --refresh</source>
   <translation>Nenhum lançamento é conhecido ainda. Consulte-os com: gowa-desktop versions available --refresh</translation>
  </message>
  <message>
   <source>No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE</source>
   <translation>Nenhuma versão do GOWA está instalada ainda. Obtenha uma com: gowa-desktop versions install latest, ou gowa-desktop versions import FILE</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Nothing was updated yet. Begin with: gowa-desktop update NAME</source>
   <translation>Nada foi atualizado ainda. Comece com: gowa-desktop update NAME</translation>
  </message>
  <message>
   <source>Option</source>
   <translation>Opção</translation>
  </message>
  <message>
   <source>Over: {sentence}</source>
   <translation>Já passou: {sentence}</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Porta</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridade</translation>
  </message>
  <message>
   <source>Process</source>
   <translation>Processo</translation>
  </message>
  <message>
   <source>Processes</source>
   <translation>Processos</translation>
  </message>
  <message>
   <source>Published</source>
   <translation>Publicada</translation>
  </message>
  <message>
   <source>Restart which instance?</source>
   <translation>Qual instância deve ser reiniciada?</translation>
  </message>
  <message>
   <source>Retry in {time}</source>
   <translation>Nova tentativa em {time}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Tentando de novo</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window.</source>
   <translation>Execute, acompanhe e mantenha ativos os servidores de API do WhatsApp GOWA no seu próprio computador. Sem um comando: a janela.</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Em execução</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Em execução, sem resposta</translation>
  </message>
  <message>
   <source>See {program} --help.</source>
   <translation>Veja {program} --help.</translation>
  </message>
  <message>
   <source>See {prog} --help.</source>
   <translation>Veja {prog} --help.</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sessões</translation>
  </message>
  <message>
   <source>Set GOWA_DESKTOP_DEBUG=1 to see the details.</source>
   <translation>Defina GOWA_DESKTOP_DEBUG=1 para ver os detalhes.</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamanho</translation>
  </message>
  <message>
   <source>Snapshot</source>
   <translation>Instantâneo</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop: {summary}.</source>
   <translation>Algo deu errado dentro do GOWA Desktop: {summary}.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origem</translation>
  </message>
  <message>
   <source>Start it with: gowa-desktop start {name}</source>
   <translation>Inicie-a com: gowa-desktop start {name}</translation>
  </message>
  <message>
   <source>Start which instance?</source>
   <translation>Qual instância deve ser iniciada?</translation>
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
   <translation>Qual instância deve ser parada?</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Parada</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Parando</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>The command line is wrong: {problem}.</source>
   <translation>A linha de comando está errada: {problem}.</translation>
  </message>
  <message>
   <source>The data folder can be used now.</source>
   <translation>A pasta de dados já pode ser usada.</translation>
  </message>
  <message>
   <source>The data folder is empty.</source>
   <translation>O nome da pasta de dados está vazio.</translation>
  </message>
  <message>
   <source>The data folder {path} cannot be read: {strerror}.</source>
   <translation>A pasta de dados {path} não pode ser lida: {strerror}.</translation>
  </message>
  <message>
   <source>The details are in {place}.</source>
   <translation>Os detalhes estão em {place}.</translation>
  </message>
  <message>
   <source>The logs of which instance?</source>
   <translation>Os logs de qual instância?</translation>
  </message>
  <message>
   <source>The output could not be written ({strerror}). Make room where it goes, and try again.</source>
   <translation>Não foi possível gravar a saída ({strerror}). Libere espaço no destino e tente de novo.</translation>
  </message>
  <message>
   <source>The program ended before it was over.</source>
   <translation>O programa terminou antes de acabar.</translation>
  </message>
  <message>
   <source>The trash is empty. What is deleted stays there for 7 days.</source>
   <translation>A lixeira está vazia. O que é excluído fica lá por 7 dias.</translation>
  </message>
  <message>
   <source>There are no instances yet. Create one with: gowa-desktop create NAME</source>
   <translation>Ainda não há instâncias. Crie uma com: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME</source>
   <translation>Ainda não há instantâneos desta instância. Crie um com: gowa-desktop snapshots create NAME</translation>
  </message>
  <message>
   <source>There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE</source>
   <translation>Ainda não há modelos. Salve um com: gowa-desktop config templates save NAME TEMPLATE</translation>
  </message>
  <message>
   <source>There is no data folder {data_dir}.</source>
   <translation>Não existe a pasta de dados {data_dir}.</translation>
  </message>
  <message>
   <source>This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}.</source>
   <translation>Este computador: CPU {cpu} de {cores} núcleos, memória {memory} de {memory_total}, disco {free} livres de {disk_total}.</translation>
  </message>
  <message>
   <source>This would delete {name} with its data, its WhatsApp session included.</source>
   <translation>Isto excluiria {name} com seus dados, inclusive a sessão do WhatsApp.</translation>
  </message>
  <message>
   <source>This would move the data of {name}, its WhatsApp session included, to the trash.</source>
   <translation>Isto moveria os dados de {name}, inclusive a sessão do WhatsApp, para a lixeira.</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>Threads</translation>
  </message>
  <message>
   <source>Unique</source>
   <translation>Exclusiva</translation>
  </message>
  <message>
   <source>Update which instance?</source>
   <translation>Qual instância deve ser atualizada?</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Tempo ativa</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Usada por</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Valor</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
  </message>
  <message>
   <source>Wanted</source>
   <translation>Desejado</translation>
  </message>
  <message>
   <source>What</source>
   <translation>O quê</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Por quê</translation>
  </message>
  <message>
   <source>Write {program} logs NAME, or {program2} logs --all.</source>
   <translation>Escreva {program} logs NAME, ou {program2} logs --all.</translation>
  </message>
  <message>
   <source>Write {program} {verb} NAME, or {program2} {verb2} --all.</source>
   <translation>Escreva {program} {verb} NAME, ou {program2} {verb2} --all.</translation>
  </message>
  <message>
   <source>a release zip of GOWA, or its program</source>
   <translation>um zip de lançamento do GOWA, ou seu programa</translation>
  </message>
  <message>
   <source>all instances</source>
   <translation>todas as instâncias</translation>
  </message>
  <message>
   <source>all its tags, with commas between them; empty for none</source>
   <translation>todas as suas etiquetas, separadas por vírgulas; vazio para nenhuma</translation>
  </message>
  <message>
   <source>all logs as one, GOWA Desktop's own among them</source>
   <translation>todos os logs como um só, inclusive o do GOWA Desktop</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>sempre reiniciada</translation>
  </message>
  <message>
   <source>an installed version, such as v9.2.0; without it the highest</source>
   <translation>uma versão instalada, como v9.2.0; sem ela, a mais alta</translation>
  </message>
  <message>
   <source>an option, such as debug=true; repeat it for lists</source>
   <translation>uma opção, como debug=true; repita-a para listas</translation>
  </message>
  <message>
   <source>another name</source>
   <translation>outro nome</translation>
  </message>
  <message>
   <source>apply a template to instances; what it does not name stays</source>
   <translation>aplica um modelo a instâncias; o que ele não cita permanece</translation>
  </message>
  <message>
   <source>argument {name}: {problem}</source>
   <translation>argumento {name}: {problem}</translation>
  </message>
  <message>
   <source>ask the release server now</source>
   <translation>consulta o servidor de lançamentos agora</translation>
  </message>
  <message>
   <source>bring the databases of an instance back to what they were</source>
   <translation>leva os bancos de dados de uma instância de volta ao que eram</translation>
  </message>
  <message>
   <source>change the name of an instance, its tags and notes, and how it is supervised</source>
   <translation>altera o nome de uma instância, suas etiquetas e notas, e como ela é supervisionada</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>comandos</translation>
  </message>
  <message>
   <source>copy settings of one instance to others; the port and the database addresses stay</source>
   <translation>copia as configurações de uma instância para outras; a porta e os endereços dos bancos de dados permanecem</translation>
  </message>
  <message>
   <source>create an instance</source>
   <translation>cria uma instância</translation>
  </message>
  <message>
   <source>delete a snapshot</source>
   <translation>exclui um instantâneo</translation>
  </message>
  <message>
   <source>delete a template; instances keep what they have</source>
   <translation>exclui um modelo; as instâncias mantêm o que têm</translation>
  </message>
  <message>
   <source>delete an instance with its data</source>
   <translation>exclui uma instância com seus dados</translation>
  </message>
  <message>
   <source>delete something of the trash for good</source>
   <translation>exclui algo da lixeira para sempre</translation>
  </message>
  <message>
   <source>do it</source>
   <translation>fazer isso</translation>
  </message>
  <message>
   <source>do it even where chats are set aside</source>
   <translation>fazer isso mesmo onde conversas são postas de lado</translation>
  </message>
  <message>
   <source>do not wait for one instance to do well before the others follow</source>
   <translation>não espera que uma instância vá bem antes de seguir com as outras</translation>
  </message>
  <message>
   <source>do the main job with a simulated GOWA, print each step with its time and end</source>
   <translation>faz o trabalho principal com um GOWA simulado, mostra cada passo com seu tempo e termina</translation>
  </message>
  <message>
   <source>download a version, check it and install it</source>
   <translation>baixa uma versão, verifica e instala</translation>
  </message>
  <message>
   <source>end instances at once, without waiting for open requests</source>
   <translation>encerra instâncias de imediato, sem esperar requisições abertas</translation>
  </message>
  <message>
   <source>end the instances as well; the next start brings them back</source>
   <translation>encerra também as instâncias; o próximo início as traz de volta</translation>
  </message>
  <message>
   <source>end the program; instances keep running</source>
   <translation>encerra o programa; as instâncias continuam em execução</translation>
  </message>
  <message>
   <source>equal</source>
   <translation>igual</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>esperado ao menos um argumento</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>esperado no máximo um argumento</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>esperado um argumento</translation>
  </message>
  <message>
   <source>folder with the instances; every folder has a program of its own</source>
   <translation>pasta com as instâncias; cada pasta tem um programa próprio</translation>
  </message>
  <message>
   <source>give a template another name</source>
   <translation>dá outro nome a um modelo</translation>
  </message>
  <message>
   <source>go on with what comes, until Ctrl-C</source>
   <translation>continua com o que vier, até Ctrl-C</translation>
  </message>
  <message>
   <source>how many of the newest to keep; without it 3</source>
   <translation>quantas das mais novas manter; sem isso, 3</translation>
  </message>
  <message>
   <source>ignored explicit argument {value}</source>
   <translation>argumento explícito ignorado {value}</translation>
  </message>
  <message>
   <source>install a version from a file</source>
   <translation>instala uma versão de um arquivo</translation>
  </message>
  <message>
   <source>installed</source>
   <translation>instalada</translation>
  </message>
  <message>
   <source>instance</source>
   <translation>instância</translation>
  </message>
  <message>
   <source>invalid choice: {value} (choose from {choices})</source>
   <translation>opção inválida: {value} (escolha entre {choices})</translation>
  </message>
  <message>
   <source>invalid {kind} value: {value}</source>
   <translation>valor {kind} inválido: {value}</translation>
  </message>
  <message>
   <source>its data</source>
   <translation>seus dados</translation>
  </message>
  <message>
   <source>its new name</source>
   <translation>seu novo nome</translation>
  </message>
  <message>
   <source>keep colours and GOWA's own words; secrets stay hidden</source>
   <translation>mantém as cores e as palavras do GOWA; os segredos seguem ocultos</translation>
  </message>
  <message>
   <source>list all instances</source>
   <translation>lista todas as instâncias</translation>
  </message>
  <message>
   <source>list pre-releases, too</source>
   <translation>lista também as versões preliminares</translation>
  </message>
  <message>
   <source>list the installed versions</source>
   <translation>lista as versões instaladas</translation>
  </message>
  <message>
   <source>list the snapshots of an instance</source>
   <translation>lista os instantâneos de uma instância</translation>
  </message>
  <message>
   <source>list the templates and what they set</source>
   <translation>lista os modelos e o que eles definem</translation>
  </message>
  <message>
   <source>list the versions that can be installed</source>
   <translation>lista as versões que podem ser instaladas</translation>
  </message>
  <message>
   <source>list what is in the trash</source>
   <translation>lista o que está na lixeira</translation>
  </message>
  <message>
   <source>list, install, import and remove versions of GOWA</source>
   <translation>lista, instala, importa e remove versões do GOWA</translation>
  </message>
  <message>
   <source>list, make, restore and delete copies of the databases of an instance</source>
   <translation>lista, cria, restaura e exclui cópias dos bancos de dados de uma instância</translation>
  </message>
  <message>
   <source>list, put back and delete for good what was deleted in the last 7 days</source>
   <translation>lista, devolve e exclui para sempre o que foi excluído nos últimos 7 dias</translation>
  </message>
  <message>
   <source>low</source>
   <translation>baixa</translation>
  </message>
  <message>
   <source>low gives way to other programs</source>
   <translation>low dá passagem a outros programas</translation>
  </message>
  <message>
   <source>measure the memory that each has to itself, too; takes a moment</source>
   <translation>mede também a memória exclusiva de cada uma; leva um momento</translation>
  </message>
  <message>
   <source>move instances to another version, one first, with a way back when it does not do</source>
   <translation>passa instâncias para outra versão, primeiro uma, com caminho de volta se não der certo</translation>
  </message>
  <message>
   <source>name of the new instance</source>
   <translation>nome da nova instância</translation>
  </message>
  <message>
   <source>name of the template</source>
   <translation>nome do modelo</translation>
  </message>
  <message>
   <source>name or key of an instance</source>
   <translation>nome ou chave de uma instância</translation>
  </message>
  <message>
   <source>name or key of an instance that gets them</source>
   <translation>nome ou chave de uma instância que as recebe</translation>
  </message>
  <message>
   <source>name or key of an instance; without it all</source>
   <translation>nome ou chave de uma instância; sem isso, todas</translation>
  </message>
  <message>
   <source>name or key of the instance</source>
   <translation>nome ou chave da instância</translation>
  </message>
  <message>
   <source>name or key of the instance that has them</source>
   <translation>nome ou chave da instância que as tem</translation>
  </message>
  <message>
   <source>name, key or folder, as the list names it; of several the newest</source>
   <translation>nome, chave ou pasta, como a lista o chama; de vários, o mais novo</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>nunca reiniciada</translation>
  </message>
  <message>
   <source>no file for this computer</source>
   <translation>sem arquivo para este computador</translation>
  </message>
  <message>
   <source>none</source>
   <translation>nenhum</translation>
  </message>
  <message>
   <source>not allowed with argument {name}</source>
   <translation>não permitido com o argumento {name}</translation>
  </message>
  <message>
   <source>number of lines</source>
   <translation>número de linhas</translation>
  </message>
  <message>
   <source>one of the arguments {names} is required</source>
   <translation>um dos argumentos {names} é necessário</translation>
  </message>
  <message>
   <source>only lines of this level or worse</source>
   <translation>só linhas deste nível ou pior</translation>
  </message>
  <message>
   <source>only lines that fit a regular expression</source>
   <translation>só linhas que casam com uma expressão regular</translation>
  </message>
  <message>
   <source>only say what would be done</source>
   <translation>só diz o que seria feito</translation>
  </message>
  <message>
   <source>only show what would change</source>
   <translation>só mostra o que mudaria</translation>
  </message>
  <message>
   <source>only this option; repeat it for more</source>
   <translation>só esta opção; repita-a para mais</translation>
  </message>
  <message>
   <source>open the window, then start or stop every instance</source>
   <translation>abre a janela e depois inicia ou para todas as instâncias</translation>
  </message>
  <message>
   <source>options</source>
   <translation>opções</translation>
  </message>
  <message>
   <source>port; without it a free one</source>
   <translation>porta; sem isso, uma livre</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>argumentos posicionais</translation>
  </message>
  <message>
   <source>pre-release</source>
   <translation>versão preliminar</translation>
  </message>
  <message>
   <source>print the result as JSON</source>
   <translation>mostra o resultado como JSON</translation>
  </message>
  <message>
   <source>print the version</source>
   <translation>mostra a versão</translation>
  </message>
  <message>
   <source>put a deleted instance back, stopped, or the data of one that was reset</source>
   <translation>devolve uma instância excluída, parada, ou os dados de uma que foi redefinida</translation>
  </message>
  <message>
   <source>put options of an instance back to their defaults</source>
   <translation>devolve opções de uma instância aos seus padrões</translation>
  </message>
  <message>
   <source>received media that are older than N days instead</source>
   <translation>em vez disso, mídia recebida há mais de N dias</translation>
  </message>
  <message>
   <source>remove a version that no instance uses</source>
   <translation>remove uma versão que nenhuma instância usa</translation>
  </message>
  <message>
   <source>remove old versions that no instance uses</source>
   <translation>remove versões antigas que nenhuma instância usa</translation>
  </message>
  <message>
   <source>replace the file if it exists</source>
   <translation>substitui o arquivo se ele existir</translation>
  </message>
  <message>
   <source>replace the template if it exists</source>
   <translation>substitui o modelo se ele existir</translation>
  </message>
  <message>
   <source>restart it when it takes more megabytes; 0 for no limit</source>
   <translation>reinicia-a quando ocupar mais megabytes; 0 para sem limite</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>reiniciada em caso de falha</translation>
  </message>
  <message>
   <source>run without a window until told to end</source>
   <translation>executa sem janela até ser mandado terminar</translation>
  </message>
  <message>
   <source>save the databases of an instance, also while it runs</source>
   <translation>salva os bancos de dados de uma instância, também enquanto ela executa</translation>
  </message>
  <message>
   <source>save the settings of an instance as a template</source>
   <translation>salva as configurações de uma instância como modelo</translation>
  </message>
  <message>
   <source>say which files of an instance nobody misses, and with --yes remove them; databases always stay</source>
   <translation>diz quais arquivos de uma instância não farão falta e com --yes os remove; os bancos de dados sempre ficam</translation>
  </message>
  <message>
   <source>set options of an instance</source>
   <translation>define opções de uma instância</translation>
  </message>
  <message>
   <source>settings with a name, for any number of instances</source>
   <translation>configurações com nome, para qualquer número de instâncias</translation>
  </message>
  <message>
   <source>show every setting of an instance; * marks what differs from the default</source>
   <translation>mostra todas as configurações de uma instância; * marca o que difere do padrão</translation>
  </message>
  <message>
   <source>show one instance</source>
   <translation>mostra uma instância</translation>
  </message>
  <message>
   <source>show secrets in clear</source>
   <translation>mostra os segredos às claras</translation>
  </message>
  <message>
   <source>show the details of an error inside the program</source>
   <translation>mostra os detalhes de um erro dentro do programa</translation>
  </message>
  <message>
   <source>show the window with simulated instances</source>
   <translation>mostra a janela com instâncias simuladas</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>mostra esta ajuda e termina</translation>
  </message>
  <message>
   <source>show what an instance wrote last</source>
   <translation>mostra o que uma instância escreveu por último</translation>
  </message>
  <message>
   <source>show what became of the last updates</source>
   <translation>mostra o que houve com as últimas atualizações</translation>
  </message>
  <message>
   <source>show what instances and this computer use: CPU, memory, processes, open files, folders</source>
   <translation>mostra o que as instâncias e este computador usam: CPU, memória, processos, arquivos abertos, pastas</translation>
  </message>
  <message>
   <source>show what the settings in a file would change, and with --yes take them over</source>
   <translation>mostra o que as configurações de um arquivo mudariam e com --yes as aplica</translation>
  </message>
  <message>
   <source>show, change, copy, export and import settings</source>
   <translation>mostra, altera, copia, exporta e importa configurações</translation>
  </message>
  <message>
   <source>sign-ins, secrets and tokens too</source>
   <translation>também logins, segredos e tokens</translation>
  </message>
  <message>
   <source>start in the tray or the task bar</source>
   <translation>inicia na bandeja ou na barra de tarefas</translation>
  </message>
  <message>
   <source>start instances and wait until they are ready</source>
   <translation>inicia instâncias e espera até que estejam prontas</translation>
  </message>
  <message>
   <source>start it and wait until it is ready</source>
   <translation>inicia-a e espera até que esteja pronta</translation>
  </message>
  <message>
   <source>stop instances</source>
   <translation>para instâncias</translation>
  </message>
  <message>
   <source>stop instances and start them again</source>
   <translation>para instâncias e as inicia de novo</translation>
  </message>
  <message>
   <source>such as debug, args or env.NAME</source>
   <translation>como debug, args ou env.NAME</translation>
  </message>
  <message>
   <source>such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for</source>
   <translation>como debug=true; repita uma opção para uma lista; args=WORD e env.NAME=VALUE para extras; uma OPTION sozinha é perguntada</translation>
  </message>
  <message>
   <source>such as v9.2.0</source>
   <translation>como v9.2.0</translation>
  </message>
  <message>
   <source>such as v9.2.0, or latest</source>
   <translation>como v9.2.0 ou latest</translation>
  </message>
  <message>
   <source>take away the data of an instance, its WhatsApp session included</source>
   <translation>retira os dados de uma instância, inclusive a sessão do WhatsApp</translation>
  </message>
  <message>
   <source>take them over</source>
   <translation>aplica-as</translation>
  </message>
  <message>
   <source>the following arguments are required: {names}</source>
   <translation>os seguintes argumentos são necessários: {names}</translation>
  </message>
  <message>
   <source>the snapshot, as the list names it; its beginning is enough</source>
   <translation>o instantâneo, como a lista o chama; basta o começo</translation>
  </message>
  <message>
   <source>the version, when the file's name does not tell it</source>
   <translation>a versão, quando o nome do arquivo não a diz</translation>
  </message>
  <message>
   <source>the zip to write</source>
   <translation>o zip a escrever</translation>
  </message>
  <message>
   <source>unrecognized arguments: {words}</source>
   <translation>argumentos desconhecidos: {words}</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>uso: </translation>
  </message>
  <message>
   <source>version of GOWA, such as v9.2.0; without it the latest</source>
   <translation>versão do GOWA, como v9.2.0; sem ela, a mais recente</translation>
  </message>
  <message>
   <source>what you want to know about it; empty for nothing</source>
   <translation>o que você quer saber dela; vazio para nada</translation>
  </message>
  <message>
   <source>where to; a name that ends in .env gives that format</source>
   <translation>para onde; um nome que termina em .env dá esse formato</translation>
  </message>
  <message>
   <source>whether it is started again when it ends by itself</source>
   <translation>se ela é iniciada de novo quando termina sozinha</translation>
  </message>
  <message>
   <source>why it is made</source>
   <translation>por que é feito</translation>
  </message>
  <message>
   <source>with --self-test: save a picture of the window</source>
   <translation>com --self-test: salva uma imagem da janela</translation>
  </message>
  <message>
   <source>write a zip with versions, settings, states, last logs and system facts, secrets hidden</source>
   <translation>escreve um zip com versões, configurações, estados, últimos logs e dados do sistema, com os segredos ocultos</translation>
  </message>
  <message>
   <source>write the settings of an instance to a file</source>
   <translation>escreve as configurações de uma instância em um arquivo</translation>
  </message>
  <message>
   <source>written by config export or gowa-manager, or a .env for GOWA</source>
   <translation>escrito por config export ou gowa-manager, ou um .env para o GOWA</translation>
  </message>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} de {total}</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} e mais {count}</translation>
  </message>
  <message>
   <source>{name} has written nothing yet.</source>
   <translation>{name} ainda não escreveu nada.</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>faltam {time}</translation>
  </message>
  <message>
   <source>“{text}” is no whole number</source>
   <translation>“{text}” não é um número inteiro</translation>
  </message>
 </context>
 <context>
  <name>CommandPalette</name>
  <message>
   <source>Command palette</source>
   <translation>Paleta de comandos</translation>
  </message>
  <message>
   <source>Enter does it, Esc closes.</source>
   <translation>Enter executa, Esc fecha.</translation>
  </message>
  <message>
   <source>Nothing fits. Try fewer letters.</source>
   <translation>Nada corresponde. Tente menos letras.</translation>
  </message>
  <message>
   <source>Type what to do, or the name of an instance</source>
   <translation>Digite o que fazer ou o nome de uma instância</translation>
  </message>
  <message>
   <source>What fits</source>
   <translation>O que corresponde</translation>
  </message>
  <message>
   <source>What to do, or the name of an instance</source>
   <translation>O que fazer, ou o nome de uma instância</translation>
  </message>
  <message>
   <source>not possible now: {reason}</source>
   <translation>impossível agora: {reason}</translation>
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
   <translation>Restaurar agora</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Tentar de novo</translation>
  </message>
 </context>
 <context>
  <name>ConfigActions</name>
  <message>
   <source>Change one setting…</source>
   <translation>Alterar uma configuração…</translation>
  </message>
  <message>
   <source>Copy settings from…</source>
   <translation>Copiar configurações de…</translation>
  </message>
  <message>
   <source>Export settings…</source>
   <translation>Exportar configurações…</translation>
  </message>
  <message>
   <source>Import settings…</source>
   <translation>Importar configurações…</translation>
  </message>
  <message>
   <source>Settings of the instance</source>
   <translation>Configurações da instância</translation>
  </message>
  <message>
   <source>Templates…</source>
   <translation>Modelos…</translation>
  </message>
 </context>
 <context>
  <name>ConfigDesk</name>
  <message>
   <source>All files (*)</source>
   <translation>Todos os arquivos (*)</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Changed for {who}: {what}.</source>
   <translation>Alterado para {who}: {what}.</translation>
  </message>
  <message>
   <source>Changing settings: {done} of {count}</source>
   <translation>Alterando configurações: {done} de {count}</translation>
  </message>
  <message>
   <source>Export settings</source>
   <translation>Exportar configurações</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Importar configurações para {name}</translation>
  </message>
  <message>
   <source>It runs with its old settings until it is restarted.</source>
   <translation>Funciona com as configurações antigas até ser reiniciada.</translation>
  </message>
  <message>
   <source>Not everything could be changed</source>
   <translation>Nem tudo pôde ser alterado</translation>
  </message>
  <message>
   <source>Restart now</source>
   <translation>Reiniciar agora</translation>
  </message>
  <message>
   <source>Settings ({patterns})</source>
   <translation>Configurações ({patterns})</translation>
  </message>
  <message>
   <source>Taken back for {who}.</source>
   <translation>Desfeito para {who}.</translation>
  </message>
  <message>
   <source>The settings of {name} are in {path}.</source>
   <translation>As configurações de {name} estão em {path}.</translation>
  </message>
  <message>
   <source>The template {name} was deleted. Instances keep what they have.</source>
   <translation>O modelo {name} foi excluído. As instâncias mantêm o que têm.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Desfazer</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>e mais {count}</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instâncias</translation>
  </message>
  <message>
   <source>{count} of them run with their old settings until they are restarted.</source>
   <translation>{count} delas funcionam com as configurações antigas até serem reiniciadas.</translation>
  </message>
  <message>
   <source>{count} settings</source>
   <translation>{count} configurações</translation>
  </message>
 </context>
 <context>
  <name>ConfigDrafts</name>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Corrija o valor e tente de novo.</translation>
  </message>
 </context>
 <context>
  <name>ConfigForm</name>
  <message>
   <source>1 setting found</source>
   <translation>1 configuração encontrada</translation>
  </message>
  <message>
   <source>Extras</source>
   <translation>Extras</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Prévia</translation>
  </message>
  <message>
   <source>Turn on “{switch}” first.</source>
   <translation>Ative “{switch}” antes.</translation>
  </message>
  <message>
   <source>{count} settings found</source>
   <translation>{count} configurações encontradas</translation>
  </message>
 </context>
 <context>
  <name>ConfigureTab</name>
  <message>
   <source>A file .env lies in the folder of this instance and sets {names}.</source>
   <translation>Há um arquivo .env na pasta desta instância que define {names}.</translation>
  </message>
  <message>
   <source>Changed elsewhere too: {names}. Saving overwrites that.</source>
   <translation>Alterado também em outro lugar: {names}. Salvar substitui isso.</translation>
  </message>
  <message>
   <source>Changed elsewhere: {names}. Your edits are kept.</source>
   <translation>Alterado em outro lugar: {names}. Suas edições foram mantidas.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Importar</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>OK</translation>
  </message>
  <message>
   <source>Set aside</source>
   <translation>Guardar à parte</translation>
  </message>
  <message>
   <source>Use theirs</source>
   <translation>Usar as deles</translation>
  </message>
  <message>
   <source>nothing that can be read</source>
   <translation>nada que possa ser lido</translation>
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
   <translation>{names} e mais {count}</translation>
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
   <translation>Copiar a URL base</translation>
  </message>
  <message>
   <source>Copy the curl line</source>
   <translation>Copiar a linha do curl</translation>
  </message>
  <message>
   <source>Copy the curl line with its password</source>
   <translation>Copiar a linha do curl com a senha</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copiar a senha</translation>
  </message>
  <message>
   <source>Copy the webhook</source>
   <translation>Copiar o webhook</translation>
  </message>
  <message>
   <source>Hide</source>
   <translation>Ocultar</translation>
  </message>
  <message>
   <source>No password: any program on this computer may use the API</source>
   <translation>Sem senha: qualquer programa neste computador pode usar a API</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Nenhum</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Revelar</translation>
  </message>
  <message>
   <source>Reveal the password of {user}</source>
   <translation>Revelar a senha de {user}</translation>
  </message>
  <message>
   <source>Sign-in</source>
   <translation>Login</translation>
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
   <translation>&amp;Todas as configurações</translation>
  </message>
  <message>
   <source>&amp;Chosen settings</source>
   <translation>&amp;Configurações escolhidas</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Copiar</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Copiar de</translation>
  </message>
  <message>
   <source>Copy settings to {count} instances</source>
   <translation>Copiar configurações para {count} instâncias</translation>
  </message>
  <message>
   <source>Copy settings to {name}</source>
   <translation>Copiar configurações para {name}</translation>
  </message>
  <message>
   <source>Copy the webhook secret, sign-ins and other &amp;secrets too</source>
   <translation>Copiar também o segredo do webhook, os logins e outros &amp;segredos</translation>
  </message>
  <message>
   <source>It holds a secret.</source>
   <translation>Contém um segredo.</translation>
  </message>
  <message>
   <source>Settings to copy</source>
   <translation>Configurações a copiar</translation>
  </message>
  <message>
   <source>The port always stays: it belongs to the instance.</source>
   <translation>A porta sempre fica: ela pertence à instância.</translation>
  </message>
  <message>
   <source>Whoever knows the secrets of one instance then knows those of all.</source>
   <translation>Quem conhece os segredos de uma instância conhece então os de todas.</translation>
  </message>
 </context>
 <context>
  <name>CrashCard</name>
  <message>
   <source>Copy report</source>
   <translation>Copiar relatório</translation>
  </message>
  <message>
   <source>Copy the report</source>
   <translation>Copiar o relatório</translation>
  </message>
  <message>
   <source>Last lines of the log</source>
   <translation>Últimas linhas do log</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Tentar de novo agora</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Mostrar log</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de novo</translation>
  </message>
  <message>
   <source>Undo the changes</source>
   <translation>Desfazer as alterações</translation>
  </message>
  <message>
   <source>Use another port</source>
   <translation>Usar outra porta</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Usar a porta {port}</translation>
  </message>
  <message>
   <source>Use the port and the settings with which it last ran well, and start it.</source>
   <translation>Use a porta e as configurações com que funcionou bem pela última vez e inicie.</translation>
  </message>
 </context>
 <context>
  <name>DeletionUndo</name>
  <message>
   <source>Not everything could be put back</source>
   <translation>Nem tudo pôde ser restaurado</translation>
  </message>
  <message>
   <source>Putting back: {done} of {count}</source>
   <translation>Restaurando: {done} de {count}</translation>
  </message>
  <message>
   <source>The data of {name} was moved to the trash for 7 days.</source>
   <translation>Os dados de {name} foram movidos para a lixeira por 7 dias.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Desfazer</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>e mais {count}</translation>
  </message>
  <message>
   <source>{count} instances are back.</source>
   <translation>{count} instâncias estão de volta.</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} está de volta.</translation>
  </message>
  <message>
   <source>{name} is not in the trash any more.</source>
   <translation>{name} não está mais na lixeira.</translation>
  </message>
  <message>
   <source>{name} was moved to the trash for 7 days.</source>
   <translation>{name} foi movida para a lixeira por 7 dias.</translation>
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
   <translation>Arquivos</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Salvar…</translation>
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
   <translation>Solte o arquivo para importar esta versão do GOWA</translation>
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
   <translation>Encerramentos anteriores da instância</translation>
  </message>
 </context>
 <context>
  <name>EmptyState</name>
  <message>
   <source>Create an instance</source>
   <translation>Criar uma instância</translation>
  </message>
  <message>
   <source>GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up.</source>
   <translation>O GOWA Desktop executa servidores GOWA neste computador, cuida deles e os mantém ativos.</translation>
  </message>
  <message>
   <source>GOWA {version} is installed.</source>
   <translation>O GOWA {version} está instalado.</translation>
  </message>
  <message>
   <source>Get GOWA</source>
   <translation>Obter o GOWA</translation>
  </message>
  <message>
   <source>How to pair</source>
   <translation>Como vincular</translation>
  </message>
  <message>
   <source>Import a file…</source>
   <translation>Importar um arquivo…</translation>
  </message>
  <message>
   <source>Install GOWA</source>
   <translation>Instalar o GOWA</translation>
  </message>
  <message>
   <source>Install GOWA {version}</source>
   <translation>Instalar o GOWA {version}</translation>
  </message>
  <message>
   <source>Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.</source>
   <translation>Instala o lançamento mais recente. Sem internet, importe um arquivo de lançamento (.zip) ou solte-o nesta janela.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Procurando o lançamento mais recente</translation>
  </message>
  <message>
   <source>New instance…</source>
   <translation>Nova instância…</translation>
  </message>
  <message>
   <source>One instance is one server with a port and a WhatsApp session of its own.</source>
   <translation>Uma instância é um servidor com porta e sessão do WhatsApp próprias.</translation>
  </message>
  <message>
   <source>Open the running instance in your browser and scan the code with WhatsApp on your phone.</source>
   <translation>Abra a instância em execução no navegador e escaneie o código com o WhatsApp no celular.</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Vincule seu celular</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Tentar de novo</translation>
  </message>
  <message>
   <source>Try the simulator</source>
   <translation>Experimentar o simulador</translation>
  </message>
  <message>
   <source>You can also import a file from another computer, or try the simulator.</source>
   <translation>Você também pode importar um arquivo de outro computador ou experimentar o simulador.</translation>
  </message>
  <message>
   <source>Your first WhatsApp API server in three steps</source>
   <translation>Seu primeiro servidor de API do WhatsApp em três etapas</translation>
  </message>
 </context>
 <context>
  <name>EnvironmentEditor</name>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>This name stands above already; the last value counts.</source>
   <translation>Este nome já está acima; vale o último valor.</translation>
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
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Copy the details</source>
   <translation>Copiar os detalhes</translation>
  </message>
  <message>
   <source>Details of the error</source>
   <translation>Detalhes do erro</translation>
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
   <translation>Contém tudo, inclusive argumentos extras e webhooks desativados.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Escolher arquivo…</translation>
  </message>
  <message>
   <source>Export the settings of {name}</source>
   <translation>Exportar as configurações de {name}</translation>
  </message>
  <message>
   <source>GOWA itself can read it, in a container for example.</source>
   <translation>O próprio GOWA pode lê-lo, em um contêiner, por exemplo.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {names}.</source>
   <translation>Omitidas porque um .env não pode contê-las: {names}.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {names}.</source>
   <translation>Omitidas porque contêm segredos: {names}.</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens, readable by whoever has the file.</source>
   <translation>Logins, segredos e tokens, legíveis por quem tiver o arquivo.</translation>
  </message>
  <message>
   <source>Write &amp;secrets too</source>
   <translation>Gravar também os &amp;segredos</translation>
  </message>
 </context>
 <context>
  <name>ExposureCard</name>
  <message>
   <source>Open to strangers</source>
   <translation>Aberta a estranhos</translation>
  </message>
 </context>
 <context>
  <name>FatalError</name>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
 </context>
 <context>
  <name>FieldButtons</name>
  <message>
   <source>Clear the text</source>
   <translation>Limpar o texto</translation>
  </message>
 </context>
 <context>
  <name>FilterSegment</name>
  <message>
   <source>All {count}</source>
   <translation>Todas: {count}</translation>
  </message>
  <message>
   <source>Needs attention {count}</source>
   <translation>Precisam de atenção {count}</translation>
  </message>
  <message>
   <source>Running {count}</source>
   <translation>Em execução {count}</translation>
  </message>
  <message>
   <source>Which instances are shown</source>
   <translation>Quais instâncias são mostradas</translation>
  </message>
 </context>
 <context>
  <name>FleetGrid</name>
  <message>
   <source>All instances</source>
   <translation>Todas as instâncias</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
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
   <translation>Todas as instâncias lado a lado</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Quanto tempo é mostrado</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>No instances yet. Create one in the main window; its curves appear here.</source>
   <translation>Ainda não há instâncias. Crie uma na janela principal; suas curvas aparecem aqui.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Preparando os gráficos…</translation>
  </message>
  <message>
   <source>Sort by</source>
   <translation>Ordenar por</translation>
  </message>
  <message>
   <source>This computer</source>
   <translation>Este computador</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instâncias</translation>
  </message>
  <message>
   <source>{name}, CPU {cpu} of the machine, memory {memory}</source>
   <translation>{name}, CPU {cpu} da máquina, memória {memory}</translation>
  </message>
  <message>
   <source>{name}, {state}, CPU {cpu}, memory {memory}</source>
   <translation>{name}, {state}, CPU {cpu}, memória {memory}</translation>
  </message>
 </context>
 <context>
  <name>FolderPage</name>
  <message>
   <source>&amp;Another folder…</source>
   <translation>&amp;Outra pasta…</translation>
  </message>
  <message>
   <source>&amp;Copy command</source>
   <translation>&amp;Copiar o comando</translation>
  </message>
  <message>
   <source>&amp;Open folder</source>
   <translation>&amp;Abrir pasta</translation>
  </message>
  <message>
   <source>Choose a data folder</source>
   <translation>Escolher uma pasta de dados</translation>
  </message>
  <message>
   <source>Command for this folder</source>
   <translation>Comando para esta pasta</translation>
  </message>
  <message>
   <source>Data folder</source>
   <translation>Pasta de dados</translation>
  </message>
  <message>
   <source>Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: choose another one to get the command that starts GOWA Desktop with it. To move this one, stop all instances, quit, move it as a whole, and choose its new place here.</source>
   <translation>As instâncias com suas sessões do WhatsApp, as versões do GOWA, os logs e estas configurações. Cada pasta tem o seu próprio programa: escolha outra para obter o comando que inicia o GOWA Desktop com ela. Para mover esta, pare todas as instâncias, saia do programa, mova-a inteira e escolha aqui o novo lugar.</translation>
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
   <translation>Configurações</translation>
  </message>
 </context>
 <context>
  <name>FormSearch</name>
  <message>
   <source>Search settings</source>
   <translation>Buscar configurações</translation>
  </message>
 </context>
 <context>
  <name>GiveUpNotice</name>
  <message>
   <source>It is tried again every {minutes} minutes.</source>
   <translation>Há nova tentativa a cada {minutes} minutos.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Fica parada até você iniciá-la.</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Mostrar</translation>
  </message>
  <message>
   <source>{name} failed {count} times in {minutes} minutes.</source>
   <translation>{name} falhou {count} vezes em {minutes} minutos.</translation>
  </message>
 </context>
 <context>
  <name>HeaderBar</name>
  <message>
   <source>Groups, tags and columns</source>
   <translation>Grupos, etiquetas e colunas</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Mais ações</translation>
  </message>
  <message>
   <source>View: groups, tags and columns</source>
   <translation>Exibir: grupos, etiquetas e colunas</translation>
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
   <translation>Importar configurações para {name}</translation>
  </message>
  <message>
   <source>The file sets nothing that is different here.</source>
   <translation>O arquivo não define nada que seja diferente aqui.</translation>
  </message>
 </context>
 <context>
  <name>InstanceEntry</name>
  <message>
   <source>Open in browser</source>
   <translation>Abrir no navegador</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Show in window</source>
   <translation>Mostrar na janela</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Parar</translation>
  </message>
 </context>
 <context>
  <name>InstanceLinks</name>
  <message>
   <source>{name} has no folder yet. It is made at the first start.</source>
   <translation>{name} ainda não tem pasta. Ela é criada no primeiro início.</translation>
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
   <translation>Está em execução, mas não respondeu na última consulta.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Porta</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Parte de um núcleo do processador; mais de 100 % significa vários núcleos.</translation>
  </message>
  <message>
   <source>Sign of the state</source>
   <translation>Símbolo do estado</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, não é o WhatsApp</translation>
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
   <translation>Esta versão do GOWA não está instalada.</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Tempo ativa</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
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
   <translation>Gráficos, algo está em excesso</translation>
  </message>
  <message>
   <source>Compare in charts</source>
   <translation>Comparar em gráficos</translation>
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
   <translation>Configurar, não salvo</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Overview</source>
   <translation>Visão geral</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Reiniciar</translation>
  </message>
  <message>
   <source>Restart to apply: {names}</source>
   <translation>Reinicie para aplicar: {names}</translation>
  </message>
  <message>
   <source>Select an instance to see how it is.</source>
   <translation>Selecione uma instância para ver como ela está.</translation>
  </message>
  <message>
   <source>What to see of the instance</source>
   <translation>O que ver da instância</translation>
  </message>
  <message>
   <source>{count} instances compared</source>
   <translation>{count} instâncias comparadas</translation>
  </message>
  <message>
   <source>{count} instances selected
{states}</source>
   <translation>{count} instâncias selecionadas
{states}</translation>
  </message>
 </context>
 <context>
  <name>InstanceTableView</name>
  <message>
   <source>Instances</source>
   <translation>Instâncias</translation>
  </message>
  <message>
   <source>Stopping, 18 s</source>
   <translation>Parando, 18 s</translation>
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
   <translation>Parar todas</translation>
  </message>
 </context>
 <context>
  <name>KeptPage</name>
  <message>
   <source>What else to know</source>
   <translation>O que mais saber</translation>
  </message>
  <message>
   <source>What is kept</source>
   <translation>O que é mantido</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>O que é mantido e o que é perdido</translation>
  </message>
  <message>
   <source>What is lost or set aside</source>
   <translation>O que é perdido ou guardado à parte</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} e mais {count}</translation>
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
   <translation>Adicionar etiquetas</translation>
  </message>
  <message>
   <source>Add…</source>
   <translation>Adicionar…</translation>
  </message>
  <message>
   <source>Change the tags</source>
   <translation>Alterar as etiquetas</translation>
  </message>
  <message>
   <source>Change…</source>
   <translation>Alterar…</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Notes, such as whose phone it is. Saved when you leave the field.</source>
   <translation>Notas, por exemplo de quem é o celular. São salvas ao sair do campo.</translation>
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
   <translation>Inglês</translation>
  </message>
 </context>
 <context>
  <name>LanguageSwitch</name>
  <message>
   <source>The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet.</source>
   <translation>O idioma muda quando o GOWA Desktop for aberto de novo: há configurações de uma instância ainda não salvas.</translation>
  </message>
 </context>
 <context>
  <name>LaunchPreviewView</name>
  <message>
   <source>Command</source>
   <translation>Comando</translation>
  </message>
  <message>
   <source>Copy: {title}</source>
   <translation>Copiar: {title}</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Ambiente</translation>
  </message>
  <message>
   <source>This is what GOWA is started with after saving. Passwords and secrets are masked.</source>
   <translation>É com isto que o GOWA é iniciado depois de salvar. Senhas e segredos ficam mascarados.</translation>
  </message>
 </context>
 <context>
  <name>LeaveDialogs</name>
  <message>
   <source>Remember this; it can be changed in the settings</source>
   <translation>Lembrar isto; pode ser alterado nas configurações</translation>
  </message>
 </context>
 <context>
  <name>Leaving</name>
  <message>
   <source>GOWA Desktop stays open. 1 instance was asked to stop.</source>
   <translation>O GOWA Desktop continua aberto. Foi pedido que 1 instância parasse.</translation>
  </message>
  <message>
   <source>GOWA Desktop stays open. {count} instances were asked to stop.</source>
   <translation>O GOWA Desktop continua aberto. Foi pedido que {count} instâncias parassem.</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de novo</translation>
  </message>
 </context>
 <context>
  <name>Legend</name>
  <message>
   <source>Shown: {names}</source>
   <translation>Mostradas: {names}</translation>
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
   <translation>Processo</translation>
  </message>
  <message>
   <source>answers</source>
   <translation>responde</translation>
  </message>
  <message>
   <source>ended by signal {signal}</source>
   <translation>encerrado pelo sinal {signal}</translation>
  </message>
  <message>
   <source>ended with code {code}</source>
   <translation>encerrou com o código {code}</translation>
  </message>
  <message>
   <source>no answer</source>
   <translation>sem resposta</translation>
  </message>
  <message>
   <source>no answer yet</source>
   <translation>ainda sem resposta</translation>
  </message>
  <message>
   <source>no process yet</source>
   <translation>ainda sem processo</translation>
  </message>
  <message>
   <source>not running</source>
   <translation>não está em execução</translation>
  </message>
  <message>
   <source>off</source>
   <translation>desativado</translation>
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
   <translation>Adicionar</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Adicionar: {name}</translation>
  </message>
  <message>
   <source>Adds one row for each line of the clipboard</source>
   <translation>Adiciona uma linha para cada linha da área de transferência</translation>
  </message>
  <message>
   <source>Other…</source>
   <translation>Outro…</translation>
  </message>
  <message>
   <source>Paste lines</source>
   <translation>Colar linhas</translation>
  </message>
  <message>
   <source>Paste lines: {name}</source>
   <translation>Colar linhas: {name}</translation>
  </message>
  <message>
   <source>{count} more are kept but not shown.</source>
   <translation>Mais {count} são mantidas, mas não mostradas.</translation>
  </message>
 </context>
 <context>
  <name>ListRow</name>
  <message>
   <source>Move down: {place}</source>
   <translation>Mover para baixo: {place}</translation>
  </message>
  <message>
   <source>Move up: {place}</source>
   <translation>Mover para cima: {place}</translation>
  </message>
  <message>
   <source>On: {place}</source>
   <translation>Ativado: {place}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Remover: {place}</translation>
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
   <translation>Log do GOWA Desktop</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Mostrar log</translation>
  </message>
  <message>
   <source>The diagnostics are in {file}.</source>
   <translation>O diagnóstico está em {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogRowsView</name>
  <message>
   <source>Log lines</source>
   <translation>Linhas de log</translation>
  </message>
 </context>
 <context>
  <name>LogSearchBar</name>
  <message>
   <source>All levels</source>
   <translation>Todos os níveis</translation>
  </message>
  <message>
   <source>Errors</source>
   <translation>Erros</translation>
  </message>
  <message>
   <source>Info and above</source>
   <translation>Informações e acima</translation>
  </message>
  <message>
   <source>Least level</source>
   <translation>Nível mínimo</translation>
  </message>
  <message>
   <source>Next (Enter)</source>
   <translation>Próxima (Enter)</translation>
  </message>
  <message>
   <source>Previous (Shift+Enter)</source>
   <translation>Anterior (Shift+Enter)</translation>
  </message>
  <message>
   <source>Regular expression</source>
   <translation>Expressão regular</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Buscar</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Buscar no log</translation>
  </message>
  <message>
   <source>Upper and lower case differ</source>
   <translation>Diferenciar maiúsculas e minúsculas</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Avisos e erros</translation>
  </message>
  <message>
   <source>no expression</source>
   <translation>nenhuma expressão</translation>
  </message>
  <message>
   <source>{count} found</source>
   <translation>{count} encontradas</translation>
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
   <translation>Copiar linhas</translation>
  </message>
  <message>
   <source>Export log</source>
   <translation>Exportar log</translation>
  </message>
  <message>
   <source>Export with phone numbers…</source>
   <translation>Exportar com números de telefone…</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Exportar…</translation>
  </message>
  <message>
   <source>Follow</source>
   <translation>Acompanhar</translation>
  </message>
  <message>
   <source>Follow the end of the log</source>
   <translation>Acompanhar o fim do log</translation>
  </message>
  <message>
   <source>More about this log</source>
   <translation>Mais sobre este log</translation>
  </message>
  <message>
   <source>Next bookmark</source>
   <translation>Próximo marcador</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Nenhuma linha corresponde.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Nada foi gravado ainda.</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Buscar no log</translation>
  </message>
  <message>
   <source>Show only what is found</source>
   <translation>Mostrar só o que foi encontrado</translation>
  </message>
  <message>
   <source>Start of this run</source>
   <translation>Início desta execução</translation>
  </message>
  <message>
   <source>Text (*.txt *.log)</source>
   <translation>Texto (*.txt *.log)</translation>
  </message>
  <message>
   <source>The start of this run is not in the log any more.</source>
   <translation>O início desta execução não está mais no log.</translation>
  </message>
  <message>
   <source>Times in UTC</source>
   <translation>Horários em UTC</translation>
  </message>
  <message>
   <source>Wrap long lines</source>
   <translation>Quebrar linhas longas</translation>
  </message>
  <message>
   <source>reconnects {count}</source>
   <translation>reconexões {count}</translation>
  </message>
  <message>
   <source>webhook failures {count}</source>
   <translation>falhas de webhook {count}</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} linhas</translation>
  </message>
  <message>
   <source>{count} lines are in {file}.</source>
   <translation>{count} linhas estão em {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogWindow</name>
  <message>
   <source>All logs</source>
   <translation>Todos os logs</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instância</translation>
  </message>
  <message>
   <source>Load older</source>
   <translation>Carregar anteriores</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Logs de todas as instâncias</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Nenhuma linha corresponde.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Nada foi gravado ainda.</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} linhas</translation>
  </message>
 </context>
 <context>
  <name>LoginRow</name>
  <message>
   <source>Minimised, and with the instances that should run.</source>
   <translation>Minimizado, e com as instâncias que devem estar em execução.</translation>
  </message>
  <message>
   <source>Start at &amp;login</source>
   <translation>Iniciar ao fazer &amp;login</translation>
  </message>
  <message>
   <source>The system's own settings switched it off. Check this to switch it on again.</source>
   <translation>As configurações do próprio sistema o desativaram. Marque aqui para ativá-lo de novo.</translation>
  </message>
 </context>
 <context>
  <name>LoginsEditor</name>
  <message>
   <source>Password</source>
   <translation>Senha</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Usuário</translation>
  </message>
 </context>
 <context>
  <name>MacMenu</name>
  <message>
   <source>Close window</source>
   <translation>Fechar janela</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Editar</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Arquivo</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Ajuda</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instância</translation>
  </message>
  <message>
   <source>Minimise</source>
   <translation>Minimizar</translation>
  </message>
  <message>
   <source>View</source>
   <translation>Exibir</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Janela</translation>
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
   <translation>Demonstração</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instâncias</translation>
  </message>
  <message>
   <source>Opening…</source>
   <translation>Abrindo…</translation>
  </message>
 </context>
 <context>
  <name>ManagerCard</name>
  <message>
   <source>Found gowa-manager data in {folder}.</source>
   <translation>Dados do gowa-manager encontrados em {folder}.</translation>
  </message>
  <message>
   <source>Use it…</source>
   <translation>Usar…</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager in {folder}</source>
   <translation>Usar os dados do gowa-manager em {folder}</translation>
  </message>
 </context>
 <context>
  <name>ManagerDialog</name>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Comando</translation>
  </message>
  <message>
   <source>Copy the command</source>
   <translation>Copiar o comando</translation>
  </message>
  <message>
   <source>It has 1 instance folder.</source>
   <translation>Tem 1 pasta de instância.</translation>
  </message>
  <message>
   <source>It has {count} instance folders.</source>
   <translation>Tem {count} pastas de instâncias.</translation>
  </message>
  <message>
   <source>Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files and columns of its own, so copy the folder first if you may want to go back.</source>
   <translation>Nomes, chaves, portas, configurações, sessões do WhatsApp e versões instaladas são mantidos onde estão. O GOWA Desktop acrescenta arquivos e colunas próprios; copie a pasta antes se talvez queira voltar atrás.</translation>
  </message>
  <message>
   <source>Stop gowa-manager first: two programs must not work on one folder.</source>
   <translation>Pare o gowa-manager antes: dois programas não podem trabalhar na mesma pasta.</translation>
  </message>
  <message>
   <source>Then quit GOWA Desktop and start it with this command:</source>
   <translation>Depois saia do GOWA Desktop e inicie-o com este comando:</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager</source>
   <translation>Usar os dados do gowa-manager</translation>
  </message>
  <message>
   <source>gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.</source>
   <translation>O gowa-manager está trabalhando nesta pasta agora. Pare-o antes: dois programas não podem trabalhar na mesma pasta.</translation>
  </message>
 </context>
 <context>
  <name>MessageBar</name>
  <message>
   <source>Messages</source>
   <translation>Mensagens</translation>
  </message>
 </context>
 <context>
  <name>NewInstanceDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;Todas as configurações</translation>
  </message>
  <message>
   <source>&amp;GOWA version</source>
   <translation>Versão do &amp;GOWA</translation>
  </message>
  <message>
   <source>&amp;Import GOWA…</source>
   <translation>&amp;Importar GOWA…</translation>
  </message>
  <message>
   <source>&amp;Name</source>
   <translation>&amp;Nome</translation>
  </message>
  <message>
   <source>&amp;Port</source>
   <translation>&amp;Porta</translation>
  </message>
  <message>
   <source>&amp;Start it now</source>
   <translation>&amp;Iniciar agora</translation>
  </message>
  <message>
   <source>&amp;User name</source>
   <translation>Nome de &amp;usuário</translation>
  </message>
  <message>
   <source>A port is a number.</source>
   <translation>Uma porta é um número.</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automático</translation>
  </message>
  <message>
   <source>Automatic ({port})</source>
   <translation>Automática ({port})</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Copiar a senha</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Criar</translation>
  </message>
  <message>
   <source>It is downloaded and checked before the instance is created.</source>
   <translation>É baixada e verificada antes de a instância ser criada.</translation>
  </message>
  <message>
   <source>Latest ({version})</source>
   <translation>Mais recente ({version})</translation>
  </message>
  <message>
   <source>Leave empty to take the next free port.</source>
   <translation>Deixe vazio para usar a próxima porta livre.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Procurando o lançamento mais recente</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Nova instância</translation>
  </message>
  <message>
   <source>Newest, {version}: install it first</source>
   <translation>Mais recente, {version}: instale-a antes</translation>
  </message>
  <message>
   <source>Newest: install it first</source>
   <translation>Mais recente: instale-a antes</translation>
  </message>
  <message>
   <source>Only you see it, in this window.</source>
   <translation>Só você o vê, nesta janela.</translation>
  </message>
  <message>
   <source>P&amp;rotect the API with a password</source>
   <translation>P&amp;roteger a API com uma senha</translation>
  </message>
  <message>
   <source>Pass&amp;word</source>
   <translation>&amp;Senha</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, não é o WhatsApp</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA, for trying things out.</source>
   <translation>Isto não é o WhatsApp: apenas se comporta como o GOWA, para experimentar.</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.</source>
   <translation>Isto não é o WhatsApp: apenas se comporta como o GOWA. Instale o GOWA para usar o WhatsApp.</translation>
  </message>
  <message>
   <source>Type a password without a comma.</source>
   <translation>Digite uma senha sem vírgula.</translation>
  </message>
  <message>
   <source>Type a user name without a colon or a comma.</source>
   <translation>Digite um nome de usuário sem dois-pontos nem vírgula.</translation>
  </message>
  <message>
   <source>Type one such as 8001, or leave it empty.</source>
   <translation>Digite uma como 8001 ou deixe vazio.</translation>
  </message>
  <message>
   <source>You find it again in the instance's details.</source>
   <translation>Você a encontra de novo nos detalhes da instância.</translation>
  </message>
 </context>
 <context>
  <name>NothingFound</name>
  <message>
   <source>Clear the search</source>
   <translation>Limpar a busca</translation>
  </message>
  <message>
   <source>No instance belongs here right now.</source>
   <translation>Nenhuma instância está neste grupo agora.</translation>
  </message>
  <message>
   <source>No instance matches “{search}”.</source>
   <translation>Nenhuma instância corresponde a “{search}”.</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Mostrar todas as instâncias</translation>
  </message>
 </context>
 <context>
  <name>NothingMatches</name>
  <message>
   <source>Clear search</source>
   <translation>Limpar busca</translation>
  </message>
  <message>
   <source>No setting matches “{text}”.</source>
   <translation>Nenhuma configuração corresponde a “{text}”.</translation>
  </message>
 </context>
 <context>
  <name>NoticeDesk</name>
  <message>
   <source>What happened</source>
   <translation>O que aconteceu</translation>
  </message>
  <message>
   <source>What happened, 1 new</source>
   <translation>O que aconteceu, 1 nova</translation>
  </message>
  <message>
   <source>What happened, {count} new</source>
   <translation>O que aconteceu, {count} novas</translation>
  </message>
 </context>
 <context>
  <name>NoticeModel</name>
  <message>
   <source>over by now</source>
   <translation>já passou</translation>
  </message>
 </context>
 <context>
  <name>NoticePanel</name>
  <message>
   <source>Clear all</source>
   <translation>Limpar tudo</translation>
  </message>
  <message>
   <source>Crashes, full disks and new versions are listed here.</source>
   <translation>Quedas, discos cheios e novas versões são listados aqui.</translation>
  </message>
  <message>
   <source>Nothing happened that needs you.</source>
   <translation>Não aconteceu nada que precise de você.</translation>
  </message>
  <message>
   <source>Notices, newest first</source>
   <translation>Avisos, os mais recentes primeiro</translation>
  </message>
  <message>
   <source>What happened</source>
   <translation>O que aconteceu</translation>
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
   <translation>Exclua uma instância antes.</translation>
  </message>
  <message>
   <source>No port is free in the range for instances.</source>
   <translation>Nenhuma porta está livre na faixa para instâncias.</translation>
  </message>
  <message>
   <source>Open the assistant…</source>
   <translation>Abrir o assistente…</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Usar a porta {port}</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>e mais {count}</translation>
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
   <translation>Avançado</translation>
  </message>
  <message>
   <source>Back to the default: {name}</source>
   <translation>Voltar ao padrão: {name}</translation>
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
   <translation>Criada</translation>
  </message>
  <message>
   <source>Details of the instance</source>
   <translation>Detalhes da instância</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>It answers like GOWA, so you can try everything. Nothing is sent or received.</source>
   <translation>Ele responde como o GOWA, então você pode experimentar tudo. Nada é enviado nem recebido.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
  </message>
  <message>
   <source>Restarts {count}</source>
   <translation>Reinícios {count}</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Parte de um núcleo do processador; mais de 100 % significa vários núcleos.</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulador, não é o WhatsApp</translation>
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
   <translation>1. Crie uma instância e deixe-a iniciar.
2. Escolha Abrir: a instância mostra sua página no navegador.
3. Escolha Login ali. Aparece um código QR.
4. No celular, abra o WhatsApp, Configurações, Dispositivos conectados, Conectar dispositivo, e escaneie o código.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Vincule seu celular</translation>
  </message>
 </context>
 <context>
  <name>PairsEditor</name>
  <message>
   <source>Add</source>
   <translation>Adicionar</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Adicionar: {name}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Remover: {place}</translation>
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
   <translation>Forçar agora</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Mais ações</translation>
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
   <translation>Tentar de novo agora</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Iniciar</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Iniciar de novo</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Parar</translation>
  </message>
  <message>
   <source>Update {name} to GOWA {version}</source>
   <translation>Atualizar {name} para o GOWA {version}</translation>
  </message>
 </context>
 <context>
  <name>PlanModel</name>
  <message>
   <source>Instance</source>
   <translation>Instância</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>O que acontece</translation>
  </message>
 </context>
 <context>
  <name>PlanTableView</name>
  <message>
   <source>Instances to update</source>
   <translation>Instâncias a atualizar</translation>
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
   <translation>Progresso</translation>
  </message>
 </context>
 <context>
  <name>ProgressPage</name>
  <message>
   <source>Instances</source>
   <translation>Instâncias</translation>
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
   <translation>Sair, deixar em execução</translation>
  </message>
  <message>
   <source>Stop all and quit</source>
   <translation>Parar todas e sair</translation>
  </message>
  <message>
   <source>The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.</source>
   <translation>A instância em execução agora continua ativa, enviando e recebendo. Abra o GOWA Desktop de novo para vê-la.</translation>
  </message>
  <message>
   <source>The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.</source>
   <translation>As {count} instâncias em execução agora continuam ativas, enviando e recebendo. Abra o GOWA Desktop de novo para vê-las.</translation>
  </message>
  <message>
   <source>Your instances keep running</source>
   <translation>Suas instâncias continuam em execução</translation>
  </message>
 </context>
 <context>
  <name>ReportPage</name>
  <message>
   <source>Instances</source>
   <translation>Instâncias</translation>
  </message>
  <message>
   <source>No update has been made yet.</source>
   <translation>Nenhuma atualização foi feita ainda.</translation>
  </message>
  <message>
   <source>The program ended before the update did; this is how it was put in order.</source>
   <translation>O programa encerrou antes da atualização; foi assim que ela foi posta em ordem.</translation>
  </message>
  <message>
   <source>Which update</source>
   <translation>Qual atualização</translation>
  </message>
  <message>
   <source>{when}, to {version}</source>
   <translation>{when}, para {version}</translation>
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
   <translation>Alertar acima de</translation>
  </message>
  <message>
   <source>Alert below</source>
   <translation>Alertar abaixo de</translation>
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
   <translation>Sem alerta</translation>
  </message>
  <message>
   <source>for</source>
   <translation>por</translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>1 change</source>
   <translation>1 alteração</translation>
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
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Show the first field that is wrong</source>
   <translation>Mostrar o primeiro campo incorreto</translation>
  </message>
  <message>
   <source>{count} changes</source>
   <translation>{count} alterações</translation>
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
   <translation>Manter também os &amp;segredos</translation>
  </message>
  <message>
   <source>Name of the template</source>
   <translation>Nome do modelo</translation>
  </message>
  <message>
   <source>Replace</source>
   <translation>Substituir</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Save the settings of {name} as a template</source>
   <translation>Salvar as configurações de {name} como modelo</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.</source>
   <translation>Logins, segredos e tokens. A porta e os endereços dos bancos de dados nunca fazem parte de um modelo.</translation>
  </message>
 </context>
 <context>
  <name>SavedSearchMenu</name>
  <message>
   <source>Forget search</source>
   <translation>Esquecer busca</translation>
  </message>
  <message>
   <source>Save search…</source>
   <translation>Salvar busca…</translation>
  </message>
  <message>
   <source>Saved searches</source>
   <translation>Buscas salvas</translation>
  </message>
 </context>
 <context>
  <name>SearchField</name>
  <message>
   <source>Clear the search</source>
   <translation>Limpar a busca</translation>
  </message>
  <message>
   <source>Search instances</source>
   <translation>Buscar instâncias</translation>
  </message>
  <message>
   <source>Search name, port, tag, notes</source>
   <translation>Buscar nome, porta, etiqueta, notas</translation>
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
   <translation>Ela pode ser escolhida de novo onde houver logs. Uma busca que já tenha este nome é substituída.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Salvar esta busca</translation>
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
   <translation>Gerar</translation>
  </message>
  <message>
   <source>Generate: {name}</source>
   <translation>Gerar: {name}</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Revelar</translation>
  </message>
  <message>
   <source>Reveal: {name}</source>
   <translation>Revelar: {name}</translation>
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
   <translation>Seção</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Seções</translation>
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
   <translation>Avançado ({count})</translation>
  </message>
  <message>
   <source>Hide {count} advanced settings</source>
   <translation>Ocultar {count} configurações avançadas</translation>
  </message>
  <message>
   <source>Show {count} advanced settings</source>
   <translation>Mostrar {count} configurações avançadas</translation>
  </message>
 </context>
 <context>
  <name>SelfTestDialog</name>
  <message>
   <source>All steps went well.</source>
   <translation>Todas as etapas deram certo.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Copy the steps</source>
   <translation>Copiar as etapas</translation>
  </message>
  <message>
   <source>Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched.</source>
   <translation>Faz o trabalho principal com um GOWA simulado em uma pasta própria. Suas instâncias não são afetadas.</translation>
  </message>
  <message>
   <source>Not all steps went well. Copy them when you ask for help.</source>
   <translation>Nem todas as etapas deram certo. Copie-as quando pedir ajuda.</translation>
  </message>
  <message>
   <source>Run again</source>
   <translation>Executar de novo</translation>
  </message>
  <message>
   <source>Running…</source>
   <translation>Executando…</translation>
  </message>
  <message>
   <source>Self-test</source>
   <translation>Autoteste</translation>
  </message>
  <message>
   <source>Steps of the self-test</source>
   <translation>Etapas do autoteste</translation>
  </message>
 </context>
 <context>
  <name>Sentences</name>
  <message>
   <source> (line {lineno}, column {colno})</source>
   <translation> (linha {lineno}, coluna {colno})</translation>
  </message>
  <message>
   <source> It was set to {stored} so that it stays there.</source>
   <translation> Foi definido como {stored} para que permaneça ali.</translation>
  </message>
  <message>
   <source> Make it two entries.</source>
   <translation> Divida em duas entradas.</translation>
  </message>
  <message>
   <source> The chats of before are kept aside in its folder.</source>
   <translation> As conversas anteriores ficam guardadas à parte na pasta dela.</translation>
  </message>
  <message>
   <source> Write %2C instead.</source>
   <translation> Escreva %2C em vez disso.</translation>
  </message>
  <message>
   <source> Write postgres:// instead of postgresql://.</source>
   <translation> Escreva postgres:// em vez de postgresql://.</translation>
  </message>
  <message>
   <source> and equal to its published checksum</source>
   <translation> e confere com a soma de verificação publicada</translation>
  </message>
  <message>
   <source> and others</source>
   <translation> e outras</translation>
  </message>
  <message>
   <source> and {users} more</source>
   <translation> e mais {users}</translation>
  </message>
  <message>
   <source># Left out because a .env cannot carry them: {not_carried}.</source>
   <translation># Omitidas porque um .env não pode contê-las: {not_carried}.</translation>
  </message>
  <message>
   <source># Left out because they hold secrets: {secret_labels}.</source>
   <translation># Omitidas porque contêm segredos: {secret_labels}.</translation>
  </message>
  <message>
   <source># Settings of {split} that differ from the defaults of GOWA Desktop.</source>
   <translation># Configurações de {split} que diferem dos padrões do GOWA Desktop.</translation>
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
   <translation>1 arquivo de {name} foi removido; {freed} MB estão livres de novo.</translation>
  </message>
  <message>
   <source>1 file of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>1 arquivo de {name} com {size} MB seria removido. Acrescente --yes para fazer isso.</translation>
  </message>
  <message>
   <source>127.0.0.1 keeps the API on this computer. 0.0.0.0 opens it to every network the computer is in; set a sign-in first.</source>
   <translation>127.0.0.1 mantém a API neste computador. 0.0.0.0 a abre para todas as redes em que o computador está; defina um login antes.</translation>
  </message>
  <message>
   <source>: {needed} are needed and {free} are free</source>
   <translation>: são necessários {needed} e há {free} livres</translation>
  </message>
  <message>
   <source>; it was published without a checksum</source>
   <translation>; foi publicado sem soma de verificação</translation>
  </message>
  <message>
   <source>; the damaged file is kept as {aside}</source>
   <translation>; o arquivo danificado foi mantido como {aside}</translation>
  </message>
  <message>
   <source>A SHA-256 has exactly 64 digits of 0-9 and a-f.</source>
   <translation>Um SHA-256 tem exatamente 64 dígitos de 0-9 e a-f.</translation>
  </message>
  <message>
   <source>A command client sent no full request in time and was dropped</source>
   <translation>Um cliente de comandos não enviou uma solicitação completa a tempo e foi desconectado</translation>
  </message>
  <message>
   <source>A copy of the database {database} was no good.</source>
   <translation>Uma cópia do banco de dados {database} não servia.</translation>
  </message>
  <message>
   <source>A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}</source>
   <translation>O endereço de um banco de dados precisa começar com file: ou postgres:. Do contrário, o GOWA pararia.{hint}</translation>
  </message>
  <message>
   <source>A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.</source>
   <translation>Um banco de dados na pasta da instância está danificado ou não pode ser gravado. Restaure-o de uma cópia ou redefina os dados.</translation>
  </message>
  <message>
   <source>A database in {folder} could not be copied: {error}.</source>
   <translation>Não foi possível copiar um banco de dados em {folder}: {error}.</translation>
  </message>
  <message>
   <source>A database in {folder} is damaged.</source>
   <translation>Um banco de dados em {folder} está danificado.</translation>
  </message>
  <message>
   <source>A database in {folder} is held by another program.</source>
   <translation>Um banco de dados em {folder} está em uso por outro programa.</translation>
  </message>
  <message>
   <source>A database was locked. Make sure that no other program opens the instance folder.</source>
   <translation>Um banco de dados estava bloqueado. Verifique se nenhum outro programa abre a pasta da instância.</translation>
  </message>
  <message>
   <source>A file {name} lies in the folder of {name2}. {what}</source>
   <translation>Há um arquivo {name} na pasta de {name2}. {what}</translation>
  </message>
  <message>
   <source>A memory limit is {least_limit_mb} to {most_limit_mb} MB, or 0 for none.</source>
   <translation>Um limite de memória vai de {least_limit_mb} a {most_limit_mb} MB, ou é 0 para nenhum.</translation>
  </message>
  <message>
   <source>A message that is deleted on one side is deleted on the other.</source>
   <translation>Uma mensagem excluída de um lado é excluída do outro.</translation>
  </message>
  <message>
   <source>A name cannot contain {bad}.</source>
   <translation>Um nome não pode conter {bad}.</translation>
  </message>
  <message>
   <source>A name cannot start with {cleaned}.</source>
   <translation>Um nome não pode começar com {cleaned}.</translation>
  </message>
  <message>
   <source>A network that asks for a sign-in first does that; sign in with a browser and try again.</source>
   <translation>Uma rede que pede login antes faz isso; faça o login em um navegador e tente de novo.</translation>
  </message>
  <message>
   <source>A new message of a contact reopens the old conversation instead of starting a new one.</source>
   <translation>Uma nova mensagem de um contato reabre a conversa antiga em vez de começar outra.</translation>
  </message>
  <message>
   <source>A port is a whole number.</source>
   <translation>Uma porta é um número inteiro.</translation>
  </message>
  <message>
   <source>A postgres:// address for copying straight into Chatwoot's database. Left empty, its web interface is used.</source>
   <translation>Um endereço postgres:// para copiar diretamente para o banco de dados do Chatwoot. Se ficar vazio, é usada a interface web dele.</translation>
  </message>
  <message>
   <source>A process works in the folder of {name} already: {names}. Two on one folder would damage the WhatsApp session.</source>
   <translation>Um processo já trabalha na pasta de {name}: {names}. Dois na mesma pasta danificariam a sessão do WhatsApp.</translation>
  </message>
  <message>
   <source>A program may still use it. Stop it and try again.</source>
   <translation>Um programa talvez ainda a use. Pare-o e tente de novo.</translation>
  </message>
  <message>
   <source>A request was answered with in</source>
   <translation>Uma solicitação foi respondida em</translation>
  </message>
  <message>
   <source>A request was answered with {status}: {fault}</source>
   <translation>Uma solicitação foi respondida com {status}: {fault}</translation>
  </message>
  <message>
   <source>A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.</source>
   <translation>Uma regra deste computador, como o Smart App Control ou uma do administrador, proíbe executar o GOWA.</translation>
  </message>
  <message>
   <source>A saved search needs a name of 1 to {longest_search_name} characters.</source>
   <translation>Uma busca salva precisa de um nome de 1 a {longest_search_name} caracteres.</translation>
  </message>
  <message>
   <source>A second database for message keys. Left empty, they are in the WhatsApp database. Back up both together.</source>
   <translation>Um segundo banco de dados para as chaves das mensagens. Se ficar vazio, elas ficam no banco de dados do WhatsApp. Faça backup dos dois juntos.</translation>
  </message>
  <message>
   <source>A sign-in by QR code was not finished.</source>
   <translation>Um login por código QR não foi concluído.</translation>
  </message>
  <message>
   <source>A sign-in is written wrongly. It must be user:password with one colon.</source>
   <translation>Um login está escrito de forma incorreta. Deve ser usuário:senha, com um único dois-pontos.</translation>
  </message>
  <message>
   <source>A sign-in needs a user name and a password.</source>
   <translation>Um login precisa de nome de usuário e senha.</translation>
  </message>
  <message>
   <source>A snapshot of {name} was restored in part only.</source>
   <translation>Um instantâneo de {name} foi restaurado apenas em parte.</translation>
  </message>
  <message>
   <source>A stored setting cannot be read.</source>
   <translation>Uma configuração armazenada não pode ser lida.</translation>
  </message>
  <message>
   <source>A tag has at most {longest_tag} characters.</source>
   <translation>Uma etiqueta tem no máximo {longest_tag} caracteres.</translation>
  </message>
  <message>
   <source>A text sent in answer to incoming messages. Leave it empty to send none.</source>
   <translation>Um texto enviado em resposta às mensagens recebidas. Deixe vazio para não enviar nenhum.</translation>
  </message>
  <message>
   <source>A token has letters, digits and signs only, no spaces; GOWA could not send this one.</source>
   <translation>Um token tem apenas letras, dígitos e sinais, sem espaços; o GOWA não poderia enviar este.</translation>
  </message>
  <message>
   <source>A virus scanner may hold it in its quarantine: allow it there. Then install this version again.</source>
   <translation>Um antivírus pode tê-lo colocado em quarentena: permita-o ali. Depois instale esta versão de novo.</translation>
  </message>
  <message>
   <source>A web address of this release makes no sense.</source>
   <translation>Um endereço web deste lançamento não faz sentido.</translation>
  </message>
  <message>
   <source>A webhook did not take its events. Check its address.</source>
   <translation>Um webhook não recebeu seus eventos. Verifique o endereço dele.</translation>
  </message>
  <message>
   <source>Accept any certificate</source>
   <translation>Aceitar qualquer certificado</translation>
  </message>
  <message>
   <source>Access and network</source>
   <translation>Acesso e rede</translation>
  </message>
  <message>
   <source>Add --name, --restart, --memory-limit, --priority, --tags or --notes.</source>
   <translation>Acrescente --name, --restart, --memory-limit, --priority, --tags ou --notes.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Acrescente --yes para fazer isso.</translation>
  </message>
  <message>
   <source>Add --yes to restore it.</source>
   <translation>Acrescente --yes para restaurar.</translation>
  </message>
  <message>
   <source>Add a sign-in</source>
   <translation>Adicionar um login</translation>
  </message>
  <message>
   <source>Add a unit: {text}s for seconds, {text2}m for minutes. Without one GOWA reads nanoseconds.</source>
   <translation>Acrescente uma unidade: {text}s para segundos, {text2}m para minutos. Sem ela, o GOWA lê nanossegundos.</translation>
  </message>
  <message>
   <source>Address for calls from Chatwoot</source>
   <translation>Endereço para chamadas do Chatwoot</translation>
  </message>
  <message>
   <source>Address of the separate MCP server</source>
   <translation>Endereço do servidor MCP separado</translation>
  </message>
  <message>
   <source>Addresses or ranges such as 10.0.0.0/8 whose forwarded host name is believed in links to QR codes.</source>
   <translation>Endereços ou faixas como 10.0.0.0/8 cujo nome de host encaminhado é aceito nos links para códigos QR.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is deleted.</source>
   <translation>Adiciona uma nota à conversa quando uma mensagem é excluída.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is edited.</source>
   <translation>Adiciona uma nota à conversa quando uma mensagem é editada.</translation>
  </message>
  <message>
   <source>After the failed update to {to_tag}</source>
   <translation>Depois da atualização malsucedida para {to_tag}</translation>
  </message>
  <message>
   <source>All settings, the port, received media files.</source>
   <translation>Todas as configurações, a porta, os arquivos de mídia recebidos.</translation>
  </message>
  <message>
   <source>All settings, the port, the address, received media files.</source>
   <translation>Todas as configurações, a porta, o endereço, os arquivos de mídia recebidos.</translation>
  </message>
  <message>
   <source>Allow it in System Settings, Privacy &amp; Security, and install again.</source>
   <translation>Permita-o em Ajustes do Sistema, Privacidade e Segurança, e instale de novo.</translation>
  </message>
  <message>
   <source>Allow its own page only</source>
   <translation>Permitir só a própria página</translation>
  </message>
  <message>
   <source>Allow the program there, or ask the administrator.</source>
   <translation>Permita o programa ali ou peça ao administrador.</translation>
  </message>
  <message>
   <source>Also forwards what was sent from this account. Only v8.2.1 has this switch.</source>
   <translation>Encaminha também o que foi enviado desta conta. Só a v8.2.1 tem esta opção.</translation>
  </message>
  <message>
   <source>An administrator may have forbidden it.</source>
   <translation>Um administrador pode ter proibido isso.</translation>
  </message>
  <message>
   <source>An alert looks at 1 to {longest_minutes} minutes.</source>
   <translation>Um alerta observa de 1 a {longest_minutes} minutos.</translation>
  </message>
  <message>
   <source>An instance has at most {most_tags} tags.</source>
   <translation>Uma instância tem no máximo {most_tags} etiquetas.</translation>
  </message>
  <message>
   <source>An instance of GOWA does not end.</source>
   <translation>Uma instância do GOWA não encerra.</translation>
  </message>
  <message>
   <source>An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise.</source>
   <translation>Uma origem é apenas esquema, host e porta, como https://panel.example.com. Do contrário, o GOWA pararia.</translation>
  </message>
  <message>
   <source>Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it.</source>
   <translation>Outro programa pediu ao GOWA que encerrasse ({asked}), e ele encerrou corretamente. Inicie-o de novo quando quiser.</translation>
  </message>
  <message>
   <source>Another program is installed as {tag} already.</source>
   <translation>Outro programa já está instalado como {tag}.</translation>
  </message>
  <message>
   <source>Another sign-in has this user name; GOWA would take the last one only.</source>
   <translation>Outro login tem este nome de usuário; o GOWA usaria somente o último.</translation>
  </message>
  <message>
   <source>Another update is under way.</source>
   <translation>Outra atualização está em andamento.</translation>
  </message>
  <message>
   <source>Answered with {status}</source>
   <translation>Respondeu com {status}</translation>
  </message>
  <message>
   <source>Arguments can be seen by everybody on this computer. Put a secret into the extra environment.</source>
   <translation>Os argumentos podem ser vistos por todos neste computador. Coloque um segredo nas variáveis de ambiente extras.</translation>
  </message>
  <message>
   <source>Ask the release server first (versions available --refresh).</source>
   <translation>Consulte antes o servidor de lançamentos (versions available --refresh).</translation>
  </message>
  <message>
   <source>Asks WhatsApp first whether the number is registered and refuses to send when it is not.</source>
   <translation>Pergunta antes ao WhatsApp se o número está registrado e se recusa a enviar quando não está.</translation>
  </message>
  <message>
   <source>At least one version is kept.</source>
   <translation>Pelo menos uma versão é mantida.</translation>
  </message>
  <message>
   <source>Automatic reply</source>
   <translation>Resposta automática</translation>
  </message>
  <message>
   <source>Bahasa Indonesia</source>
   <translation>Bahasa Indonesia</translation>
  </message>
  <message>
   <source>Base path</source>
   <translation>Caminho base</translation>
  </message>
  <message>
   <source>Basic auth is not valid</source>
   <translation>Basic auth is not valid</translation>
  </message>
  <message>
   <source>Before its data was reset</source>
   <translation>Antes de seus dados serem redefinidos</translation>
  </message>
  <message>
   <source>Before the first start with {tag}</source>
   <translation>Antes do primeiro início com {tag}</translation>
  </message>
  <message>
   <source>Before the snapshot of {created_at} UTC was restored</source>
   <translation>Antes de restaurar o instantâneo de {created_at} UTC</translation>
  </message>
  <message>
   <source>Before the update to {to_tag}</source>
   <translation>Antes da atualização para {to_tag}</translation>
  </message>
  <message>
   <source>Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.</source>
   <translation>Antes da v8, o GOWA escuta em todos os endereços deste computador, não apenas em 127.0.0.1.</translation>
  </message>
  <message>
   <source>Begin conversations as pending</source>
   <translation>Iniciar conversas como pendentes</translation>
  </message>
  <message>
   <source>Begin it again when you like.</source>
   <translation>Comece de novo quando quiser.</translation>
  </message>
  <message>
   <source>Between name and reply</source>
   <translation>Entre o nome e a resposta</translation>
  </message>
  <message>
   <source>Bring it back, or start GOWA Desktop anew to restore it.</source>
   <translation>Traga-o de volta ou reinicie o GOWA Desktop para restaurá-lo.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or choose another with --data-dir.</source>
   <translation>Traga de volta o disco ou a pasta, ou escolha outra com --data-dir.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.</source>
   <translation>Traga de volta o disco ou a pasta, ou reinicie o GOWA Desktop. O que está em execução continua em execução.</translation>
  </message>
  <message>
   <source>Calls from Chatwoot must carry it. Left empty, that address is open to everybody, even with a sign-in set.</source>
   <translation>As chamadas do Chatwoot precisam contê-lo. Se ficar vazio, esse endereço fica aberto a todos, mesmo com um login definido.</translation>
  </message>
  <message>
   <source>Change some first.</source>
   <translation>Altere algumas antes.</translation>
  </message>
  <message>
   <source>Change the settings by hand.</source>
   <translation>Altere as configurações manualmente.</translation>
  </message>
  <message>
   <source>Change them, then start it again.</source>
   <translation>Altere-as e depois inicie de novo.</translation>
  </message>
  <message>
   <source>Chats to keep out of Chatwoot</source>
   <translation>Conversas a manter fora do Chatwoot</translation>
  </message>
  <message>
   <source>Chats to leave out</source>
   <translation>Conversas a omitir</translation>
  </message>
  <message>
   <source>Chatwoot</source>
   <translation>Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot access token</source>
   <translation>Token de acesso do Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot account number</source>
   <translation>Número da conta do Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot address</source>
   <translation>Endereço do Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot hosts devices may use</source>
   <translation>Hosts do Chatwoot que os dispositivos podem usar</translation>
  </message>
  <message>
   <source>Chatwoot inbox number</source>
   <translation>Número da caixa de entrada do Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot's own database</source>
   <translation>Banco de dados próprio do Chatwoot</translation>
  </message>
  <message>
   <source>Check its cable or network.</source>
   <translation>Verifique o cabo ou a rede.</translation>
  </message>
  <message>
   <source>Check numbers before sending</source>
   <translation>Verificar números antes de enviar</translation>
  </message>
  <message>
   <source>Check that its version is still installed and allowed to run.</source>
   <translation>Verifique se a versão ainda está instalada e tem permissão para ser executada.</translation>
  </message>
  <message>
   <source>Check the clock of this computer and the proxy.</source>
   <translation>Verifique o relógio deste computador e o proxy.</translation>
  </message>
  <message>
   <source>Check the disk and the folder's permissions.</source>
   <translation>Verifique o disco e as permissões da pasta.</translation>
  </message>
  <message>
   <source>Check the disk and try again.</source>
   <translation>Verifique o disco e tente de novo.</translation>
  </message>
  <message>
   <source>Check the disk it is on.</source>
   <translation>Verifique o disco em que ele está.</translation>
  </message>
  <message>
   <source>Check the disk.</source>
   <translation>Verifique o disco.</translation>
  </message>
  <message>
   <source>Check the file and the version.</source>
   <translation>Verifique o arquivo e a versão.</translation>
  </message>
  <message>
   <source>Check the file, and that no virus scanner holds it.</source>
   <translation>Verifique o arquivo e se nenhum antivírus o está retendo.</translation>
  </message>
  <message>
   <source>Check the internet connection, and the proxy in the settings if you use one.</source>
   <translation>Verifique a conexão com a internet e o proxy nas configurações, se você usa um.</translation>
  </message>
  <message>
   <source>Check the permissions of this folder.</source>
   <translation>Verifique as permissões desta pasta.</translation>
  </message>
  <message>
   <source>Check the proxy in the settings or of this computer.</source>
   <translation>Verifique o proxy nas configurações ou deste computador.</translation>
  </message>
  <message>
   <source>Check the release address in the settings.</source>
   <translation>Verifique o endereço de lançamentos nas configurações.</translation>
  </message>
  <message>
   <source>Choose a .json or .env file.</source>
   <translation>Escolha um arquivo .json ou .env.</translation>
  </message>
  <message>
   <source>Choose a GOWA release file.</source>
   <translation>Escolha um arquivo de lançamento do GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip or program.</source>
   <translation>Escolha um zip de lançamento ou programa do GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip.</source>
   <translation>Escolha um zip de lançamento do GOWA.</translation>
  </message>
  <message>
   <source>Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA.</source>
   <translation>Escolha um arquivo gravado pelo GOWA Desktop ou pelo gowa-manager, ou um .env para o GOWA.</translation>
  </message>
  <message>
   <source>Choose a file with settings.</source>
   <translation>Escolha um arquivo com configurações.</translation>
  </message>
  <message>
   <source>Choose a number between {least} and {most}.</source>
   <translation>Escolha um número entre {least} e {most}.</translation>
  </message>
  <message>
   <source>Choose a number of days between them.</source>
   <translation>Escolha um número de dias entre eles.</translation>
  </message>
  <message>
   <source>Choose a number of megabytes between them.</source>
   <translation>Escolha um número de megabytes entre eles.</translation>
  </message>
  <message>
   <source>Choose a shorter one.</source>
   <translation>Escolha um mais curto.</translation>
  </message>
  <message>
   <source>Choose a time between them.</source>
   <translation>Escolha um tempo entre eles.</translation>
  </message>
  <message>
   <source>Choose a wider range, or give a port yourself.</source>
   <translation>Escolha uma faixa maior ou informe uma porta.</translation>
  </message>
  <message>
   <source>Choose an older version of GOWA, or a newer release of this system.</source>
   <translation>Escolha uma versão mais antiga do GOWA ou uma versão mais nova deste sistema.</translation>
  </message>
  <message>
   <source>Choose another folder with --data-dir.</source>
   <translation>Escolha outra pasta com --data-dir.</translation>
  </message>
  <message>
   <source>Choose another name, or say that it may be replaced.</source>
   <translation>Escolha outro nome ou diga que ele pode ser substituído.</translation>
  </message>
  <message>
   <source>Choose another name.</source>
   <translation>Escolha outro nome.</translation>
  </message>
  <message>
   <source>Choose another place.</source>
   <translation>Escolha outro lugar.</translation>
  </message>
  <message>
   <source>Choose another port.</source>
   <translation>Escolha outra porta.</translation>
  </message>
  <message>
   <source>Choose another snapshot.</source>
   <translation>Escolha outro instantâneo.</translation>
  </message>
  <message>
   <source>Choose another version.</source>
   <translation>Escolha outra versão.</translation>
  </message>
  <message>
   <source>Choose another.</source>
   <translation>Escolha outro.</translation>
  </message>
  <message>
   <source>Choose one between {first_user_port} and {last_port}.</source>
   <translation>Escolha uma entre {first_user_port} e {last_port}.</translation>
  </message>
  <message>
   <source>Choose one of {allowed}.</source>
   <translation>Escolha um destes: {allowed}.</translation>
  </message>
  <message>
   <source>Choose one of {choices}.</source>
   <translation>Escolha um destes: {choices}.</translation>
  </message>
  <message>
   <source>Choose one of {kind}.</source>
   <translation>Escolha um destes: {kind}.</translation>
  </message>
  <message>
   <source>Choose the lower one first.</source>
   <translation>Escolha primeiro a menor.</translation>
  </message>
  <message>
   <source>Choose the release file for this computer.</source>
   <translation>Escolha o arquivo de lançamento para este computador.</translation>
  </message>
  <message>
   <source>Choose the release file that ends in {removesuffix}.zip.</source>
   <translation>Escolha o arquivo de lançamento que termina em {removesuffix}.zip.</translation>
  </message>
  <message>
   <source>Choose two different times.</source>
   <translation>Escolha dois horários diferentes.</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Limpar versões</translation>
  </message>
  <message>
   <source>Clean up {name}</source>
   <translation>Limpar {name}</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again.</source>
   <translation>Feche os programas que usam os arquivos dela e tente de novo.</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again. Nothing was deleted.</source>
   <translation>Feche os programas que usam os arquivos dela e tente de novo. Nada foi excluído.</translation>
  </message>
  <message>
   <source>Close that program and try again.</source>
   <translation>Feche esse programa e tente de novo.</translation>
  </message>
  <message>
   <source>Close that program, or wait until it is done, and try again.</source>
   <translation>Feche esse programa ou espere até que ele termine, e tente de novo.</translation>
  </message>
  <message>
   <source>Close them and try again.</source>
   <translation>Feche-os e tente de novo.</translation>
  </message>
  <message>
   <source>Connect to Chatwoot</source>
   <translation>Conectar ao Chatwoot</translation>
  </message>
  <message>
   <source>Connections to the chat database</source>
   <translation>Conexões com o banco de dados de conversas</translation>
  </message>
  <message>
   <source>Copies the message history to Chatwoot after a device has connected.</source>
   <translation>Copia o histórico de mensagens para o Chatwoot depois que um dispositivo se conecta.</translation>
  </message>
  <message>
   <source>Copy it again from GitHub.</source>
   <translation>Copie-o de novo do GitHub.</translation>
  </message>
  <message>
   <source>Correct it and try again.</source>
   <translation>Corrija e tente de novo.</translation>
  </message>
  <message>
   <source>Correct it, or export it anew.</source>
   <translation>Corrija-o ou exporte-o de novo.</translation>
  </message>
  <message>
   <source>Correct it, or look for plain text. Look-around and back-references are not understood.</source>
   <translation>Corrija-a ou procure texto simples. Verificações de contexto (lookaround) e retrorreferências não são aceitas.</translation>
  </message>
  <message>
   <source>Correct it. Because of that line GOWA would ignore the whole file.</source>
   <translation>Corrija-o. Por causa dessa linha, o GOWA ignoraria o arquivo inteiro.</translation>
  </message>
  <message>
   <source>Correct or remove it in the settings.</source>
   <translation>Corrija ou remova nas configurações.</translation>
  </message>
  <message>
   <source>Correct the file, or set it aside without importing it.</source>
   <translation>Corrija o arquivo ou guarde-o à parte sem importá-lo.</translation>
  </message>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Corrija o valor e tente de novo.</translation>
  </message>
  <message>
   <source>Create the inbox by itself</source>
   <translation>Criar a caixa de entrada automaticamente</translation>
  </message>
  <message>
   <source>Created {name} on port {port}.</source>
   <translation>{name} foi criada na porta {port}.</translation>
  </message>
  <message>
   <source>Creates or reuses the inbox at each start. A failure is written to the log and GOWA goes on.</source>
   <translation>Cria ou reutiliza a caixa de entrada a cada início. Uma falha é gravada no log e o GOWA continua.</translation>
  </message>
  <message>
   <source>Dashboard</source>
   <translation>Painel</translation>
  </message>
  <message>
   <source>Dashboard checksum</source>
   <translation>Soma de verificação do painel</translation>
  </message>
  <message>
   <source>Dashboard file name</source>
   <translation>Nome do arquivo do painel</translation>
  </message>
  <message>
   <source>Dashboard repository</source>
   <translation>Repositório do painel</translation>
  </message>
  <message>
   <source>Database for keys</source>
   <translation>Banco de dados de chaves</translation>
  </message>
  <message>
   <source>Days after which stored chats are removed.</source>
   <translation>Dias após os quais as conversas armazenadas são removidas.</translation>
  </message>
  <message>
   <source>Days to import</source>
   <translation>Dias a importar</translation>
  </message>
  <message>
   <source>Debug output</source>
   <translation>Saída de depuração</translation>
  </message>
  <message>
   <source>Delete a snapshot</source>
   <translation>Excluir um instantâneo</translation>
  </message>
  <message>
   <source>Delete on both sides</source>
   <translation>Excluir nos dois lados</translation>
  </message>
  <message>
   <source>Delete {name} for good</source>
   <translation>Excluir {name} definitivamente</translation>
  </message>
  <message>
   <source>Deleted the template {name}. Instances keep what they have.</source>
   <translation>O modelo {name} foi excluído. As instâncias mantêm o que têm.</translation>
  </message>
  <message>
   <source>Details are in the program's log.</source>
   <translation>Os detalhes estão no log do programa.</translation>
  </message>
  <message>
   <source>Device for Chatwoot</source>
   <translation>Dispositivo para o Chatwoot</translation>
  </message>
  <message>
   <source>Device name</source>
   <translation>Nome do dispositivo</translation>
  </message>
  <message>
   <source>Did you mean {close}?</source>
   <translation>Você quis dizer {close}?</translation>
  </message>
  <message>
   <source>Disk nearly full</source>
   <translation>Disco quase cheio</translation>
  </message>
  <message>
   <source>Does not check the TLS certificate of receivers. Only for tests: anybody in between could read the messages.</source>
   <translation>Não verifica o certificado TLS dos destinatários. Só para testes: qualquer um no caminho poderia ler as mensagens.</translation>
  </message>
  <message>
   <source>Download it again.</source>
   <translation>Baixe-o de novo.</translation>
  </message>
  <message>
   <source>Download it from {tag}; instances go on while you install it.</source>
   <translation>Baixe em {tag}; as instâncias continuam enquanto você instala.</translation>
  </message>
  <message>
   <source>Download the release again.</source>
   <translation>Baixe o lançamento de novo.</translation>
  </message>
  <message>
   <source>Each address receives every event as an HTTP POST. An event is tried five times within 30 seconds, then it is lost.</source>
   <translation>Cada endereço recebe todos os eventos como um HTTP POST. Um evento é tentado cinco vezes em 30 segundos; depois, é perdido.</translation>
  </message>
  <message>
   <source>Each instance fetches the newest page from GitHub at every start, 60 times an hour at most for this computer. Off, it uses the copy that all instances share.</source>
   <translation>Cada instância busca a página mais recente no GitHub a cada início, no máximo 60 vezes por hora para este computador. Desativado, usa a cópia que todas as instâncias compartilham.</translation>
  </message>
  <message>
   <source>Empty the chat store after</source>
   <translation>Esvaziar as conversas armazenadas após</translation>
  </message>
  <message>
   <source>End it with the system's task manager and try again.</source>
   <translation>Encerre-o com o gerenciador de tarefas do sistema e tente de novo.</translation>
  </message>
  <message>
   <source>End that process, then start the instance again.</source>
   <translation>Encerre esse processo e depois inicie a instância de novo.</translation>
  </message>
  <message>
   <source>Events of these chats or senders are not sent: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Eventos destas conversas ou remetentes não são enviados: 4915112345678@s.whatsapp.net, ou @g.us para todos os grupos.</translation>
  </message>
  <message>
   <source>Events to send</source>
   <translation>Eventos a enviar</translation>
  </message>
  <message>
   <source>Every port from {first} to {last} is taken.</source>
   <translation>Todas as portas de {first} a {last} estão ocupadas.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumentos extras</translation>
  </message>
  <message>
   <source>Extra environment {name}</source>
   <translation>Variável de ambiente extra {name}</translation>
  </message>
  <message>
   <source>Extra environment {variable}</source>
   <translation>Variável de ambiente extra {variable}</translation>
  </message>
  <message>
   <source>Fetch the dashboard</source>
   <translation>Buscar o painel</translation>
  </message>
  <message>
   <source>For the former sub-command mcp, which this program does not start.</source>
   <translation>Para o antigo subcomando mcp, que este programa não inicia.</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Forçar encerramento</translation>
  </message>
  <message>
   <source>Forget one first.</source>
   <translation>Esqueça uma antes.</translation>
  </message>
  <message>
   <source>Free some space and try again.</source>
   <translation>Libere espaço e tente de novo.</translation>
  </message>
  <message>
   <source>Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room.</source>
   <translation>Libere espaço em breve. As instâncias continuam; as cópias do banco de dados e o log do próprio programa esperam até haver espaço.</translation>
  </message>
  <message>
   <source>Free some space, before instances can no longer store messages.</source>
   <translation>Libere espaço antes que as instâncias não consigam mais armazenar mensagens.</translation>
  </message>
  <message>
   <source>Free some space, or choose another with --data-dir.</source>
   <translation>Libere espaço ou escolha outra com --data-dir.</translation>
  </message>
  <message>
   <source>Free some space, or delete old snapshots.</source>
   <translation>Libere espaço ou exclua instantâneos antigos.</translation>
  </message>
  <message>
   <source>From the profile page of the Chatwoot user that GOWA acts for.</source>
   <translation>Na página de perfil do usuário do Chatwoot em nome do qual o GOWA age.</translation>
  </message>
  <message>
   <source>From {begin} to {end} is no time at all.</source>
   <translation>De {begin} a {end} não há tempo nenhum.</translation>
  </message>
  <message>
   <source>GOWA Desktop</source>
   <translation>GOWA Desktop</translation>
  </message>
  <message>
   <source>GOWA Desktop ended before it answered.</source>
   <translation>O GOWA Desktop encerrou antes de responder.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running on {data_dir}{who}.</source>
   <translation>O GOWA Desktop já está em execução em {data_dir}{who}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running without a window on this data folder.</source>
   <translation>O GOWA Desktop já está em execução sem janela nesta pasta de dados.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running on {data_dir}.</source>
   <translation>O GOWA Desktop não está em execução em {data_dir}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running.</source>
   <translation>O GOWA Desktop não está em execução.</translation>
  </message>
  <message>
   <source>GOWA Desktop is running but does not answer.</source>
   <translation>O GOWA Desktop está em execução, mas não responde.</translation>
  </message>
  <message>
   <source>GOWA Desktop sent an answer that is too long.</source>
   <translation>O GOWA Desktop enviou uma resposta longa demais.</translation>
  </message>
  <message>
   <source>GOWA Desktop was asked to quit and does not.</source>
   <translation>Foi pedido que o GOWA Desktop encerrasse, mas ele não encerra.</translation>
  </message>
  <message>
   <source>GOWA Desktop was updated while it runs.</source>
   <translation>O GOWA Desktop foi atualizado enquanto está em execução.</translation>
  </message>
  <message>
   <source>GOWA Desktop {tag} is available</source>
   <translation>GOWA Desktop {tag} está disponível</translation>
  </message>
  <message>
   <source>GOWA answered with the status {status}.</source>
   <translation>O GOWA respondeu com o status {status}.</translation>
  </message>
  <message>
   <source>GOWA answered with too much.</source>
   <translation>O GOWA respondeu com dados demais.</translation>
  </message>
  <message>
   <source>GOWA becomes an OAuth server for MCP. It needs a sign-in and the public https address of this instance.</source>
   <translation>O GOWA se torna um servidor OAuth para o MCP. Ele precisa de um login e do endereço https público desta instância.</translation>
  </message>
  <message>
   <source>GOWA could not be started.</source>
   <translation>Não foi possível iniciar o GOWA.</translation>
  </message>
  <message>
   <source>GOWA could not be started: {system_text}.</source>
   <translation>Não foi possível iniciar o GOWA: {system_text}.</translation>
  </message>
  <message>
   <source>GOWA could not listen on its port {port}. Choose another port or address.</source>
   <translation>O GOWA não conseguiu escutar na porta {port}. Escolha outra porta ou outro endereço.</translation>
  </message>
  <message>
   <source>GOWA could not reach WhatsApp when it started. Check the internet connection.</source>
   <translation>O GOWA não conseguiu acessar o WhatsApp ao iniciar. Verifique a conexão com a internet.</translation>
  </message>
  <message>
   <source>GOWA did not become ready within {ready_limit_ms} seconds on port {port}. Look at its last lines, then start it again.</source>
   <translation>O GOWA não ficou pronto em {ready_limit_ms} segundos na porta {port}. Veja suas últimas linhas e depois inicie de novo.</translation>
  </message>
  <message>
   <source>GOWA does not answer: {name}.</source>
   <translation>O GOWA não responde: {name}.</translation>
  </message>
  <message>
   <source>GOWA does not know one of the extra arguments. Remove it.</source>
   <translation>O GOWA não conhece um dos argumentos extras. Remova-o.</translation>
  </message>
  <message>
   <source>GOWA ended while this program was not its parent, so its exit code is unknown</source>
   <translation>O GOWA encerrou enquanto este programa não era seu processo pai; por isso, seu código de saída é desconhecido</translation>
  </message>
  <message>
   <source>GOWA ended with code {code}</source>
   <translation>O GOWA encerrou com o código {code}</translation>
  </message>
  <message>
   <source>GOWA gave up: {rstrip}. ({what}.)</source>
   <translation>O GOWA desistiu: {rstrip}. ({what}.)</translation>
  </message>
  <message>
   <source>GOWA hit an internal fault (panic). Its last lines tell more.</source>
   <translation>O GOWA teve uma falha interna (panic). Suas últimas linhas dizem mais.</translation>
  </message>
  <message>
   <source>GOWA ignores words that are no flags. Write a flag with its value, such as --name=value.</source>
   <translation>O GOWA ignora palavras que não são opções. Escreva uma opção com seu valor, como --name=value.</translation>
  </message>
  <message>
   <source>GOWA knows no days. Write {days}h instead.</source>
   <translation>O GOWA não conhece dias. Escreva {days}h em vez disso.</translation>
  </message>
  <message>
   <source>GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.</source>
   <translation>O GOWA precisa da biblioteca de sistema glibc, que este sistema, talvez o Alpine ou outro com musl, não tem.</translation>
  </message>
  <message>
   <source>GOWA never sees this form. Write {match}@s.whatsapp.net.</source>
   <translation>O GOWA nunca vê esta forma. Escreva {match}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>GOWA refused a sign-in. Check the user names and passwords.</source>
   <translation>O GOWA recusou um login. Verifique os nomes de usuário e as senhas.</translation>
  </message>
  <message>
   <source>GOWA refused the sign-in.</source>
   <translation>O GOWA recusou o login.</translation>
  </message>
  <message>
   <source>GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first.</source>
   <translation>O GOWA recusa OAuth sem login. Adicione um em “Logins” antes.</translation>
  </message>
  <message>
   <source>GOWA says nothing about it</source>
   <translation>O GOWA não diz nada sobre isso</translation>
  </message>
  <message>
   <source>GOWA sends no event of this name. It knows {choices} and others.</source>
   <translation>O GOWA não envia nenhum evento com este nome. Ele conhece {choices} e outros.</translation>
  </message>
  <message>
   <source>GOWA stopped answering: {misses} questions in a row got no answer.</source>
   <translation>O GOWA parou de responder: {misses} perguntas seguidas ficaram sem resposta.</translation>
  </message>
  <message>
   <source>GOWA takes it as the argument {flag} only, which everybody on this computer can read. Leave it empty.</source>
   <translation>O GOWA só o aceita como o argumento {flag}, que todos neste computador podem ler. Deixe vazio.</translation>
  </message>
  <message>
   <source>GOWA version</source>
   <translation>Versão do GOWA</translation>
  </message>
  <message>
   <source>GOWA was {signal}</source>
   <translation>O GOWA foi {signal}</translation>
  </message>
  <message>
   <source>GOWA {tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it.</source>
   <translation>O GOWA {tag} sempre escuta em todos os endereços, e esta instância não pede login: qualquer pessoa na sua rede pode usá-la.</translation>
  </message>
  <message>
   <source>GOWA {tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it.</source>
   <translation>O GOWA {tag} responde a qualquer página web, e esta instância não pede login: qualquer página que você abrir no navegador pode usá-la.</translation>
  </message>
  <message>
   <source>GOWA {tag} cannot be removed: {strerror}.</source>
   <translation>O GOWA {tag} não pode ser removido: {strerror}.</translation>
  </message>
  <message>
   <source>GOWA {tag} has no {what}.</source>
   <translation>O GOWA {tag} não tem {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is available</source>
   <translation>O GOWA {tag} está disponível</translation>
  </message>
  <message>
   <source>GOWA {tag} is installed{is_verified}.</source>
   <translation>O GOWA {tag} está instalado{is_verified}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed any more, so there is no way back but its snapshot.</source>
   <translation>O GOWA {tag} não está mais instalado; por isso, não há volta além do instantâneo dele.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed.</source>
   <translation>O GOWA {tag} não está instalado.</translation>
  </message>
  <message>
   <source>GOWA {tag} is so new that its {what} is not there yet.</source>
   <translation>O GOWA {tag} é tão novo que ainda falta: {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is used by {names}.</source>
   <translation>O GOWA {tag} é usado por {names}.</translation>
  </message>
  <message>
   <source>GOWA {tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it.</source>
   <translation>O GOWA {tag} precisa de ?_foreign_keys=on no fim de um endereço file: e, sem isso, pararia.</translation>
  </message>
  <message>
   <source>GOWA {tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer.</source>
   <translation>O GOWA {tag} só aceita configurações como argumentos, que todos neste computador podem ler. Use a v5.2.0 ou mais nova.</translation>
  </message>
  <message>
   <source>GOWA {version} does not know it.</source>
   <translation>O GOWA {version} não o conhece.</translation>
  </message>
  <message>
   <source>GOWA's answer cannot be read.</source>
   <translation>A resposta do GOWA não pode ser lida.</translation>
  </message>
  <message>
   <source>GitHub token for the dashboard</source>
   <translation>Token do GitHub para o painel</translation>
  </message>
  <message>
   <source>Give it one.</source>
   <translation>Dê um a ele.</translation>
  </message>
  <message>
   <source>Give the version as well, such as v9.2.0 (--tag v9.2.0).</source>
   <translation>Informe também a versão, como v9.2.0 (--tag v9.2.0).</translation>
  </message>
  <message>
   <source>Give the version, such as --tag v9.2.0.</source>
   <translation>Informe a versão, como --tag v9.2.0.</translation>
  </message>
  <message>
   <source>Give them another version first, then remove it.</source>
   <translation>Dê a elas outra versão antes e depois remova esta.</translation>
  </message>
  <message>
   <source>Give this one another version, such as --tag v9.2.0+local.</source>
   <translation>Dê a esta outra versão, como --tag v9.2.0+local.</translation>
  </message>
  <message>
   <source>Go back with: gowa-desktop update "{name}" --to {tag}. It keeps the pairing.</source>
   <translation>Volte com: gowa-desktop update "{name}" --to {tag}. A vinculação é mantida.</translation>
  </message>
  <message>
   <source>Goes online for a short while regularly, so that WhatsApp does not unlink the device as inactive.</source>
   <translation>Fica on-line por pouco tempo regularmente, para que o WhatsApp não desvincule o dispositivo como inativo.</translation>
  </message>
  <message>
   <source>How long the device stays online each time, such as 5m.</source>
   <translation>Quanto tempo o dispositivo fica on-line a cada vez, como 5m.</translation>
  </message>
  <message>
   <source>How many days of history are copied.</source>
   <translation>Quantos dias de histórico são copiados.</translation>
  </message>
  <message>
   <source>How many requests may read or write chats at the same time.</source>
   <translation>Quantas solicitações podem ler ou gravar conversas ao mesmo tempo.</translation>
  </message>
  <message>
   <source>How often a newer page is looked for, such as 3h.</source>
   <translation>Com que frequência se procura uma página mais nova, como 3h.</translation>
  </message>
  <message>
   <source>How often presence is shown, as hours, minutes and seconds such as 24h or 90m.</source>
   <translation>Com que frequência a presença é mostrada, em horas, minutos e segundos, como 24h ou 90m.</translation>
  </message>
  <message>
   <source>How the inbox is called that GOWA creates.</source>
   <translation>Como se chama a caixa de entrada que o GOWA cria.</translation>
  </message>
  <message>
   <source>If you trust it, {remedy}, or import this version again; then start the instance.</source>
   <translation>Se você confia nele, {remedy}, ou importe esta versão de novo; depois inicie a instância.</translation>
  </message>
  <message>
   <source>Import earlier messages</source>
   <translation>Importar mensagens anteriores</translation>
  </message>
  <message>
   <source>Import it into the settings or set it aside, then start again.</source>
   <translation>Importe-o para as configurações ou guarde-o à parte e depois inicie de novo.</translation>
  </message>
  <message>
   <source>Imported GOWA {tags}.</source>
   <translation>GOWA importado: {tags}.</translation>
  </message>
  <message>
   <source>Install GOWA {wanted}</source>
   <translation>Instalar o GOWA {wanted}</translation>
  </message>
  <message>
   <source>Install it again to go on from there.</source>
   <translation>Instale de novo para continuar a partir daí.</translation>
  </message>
  <message>
   <source>Install or import it first, or choose one of {others}.</source>
   <translation>Instale-a ou importe-a antes, ou escolha uma destas: {others}.</translation>
  </message>
  <message>
   <source>Install or import it first; no version is installed yet.</source>
   <translation>Instale-a ou importe-a antes; nenhuma versão está instalada ainda.</translation>
  </message>
  <message>
   <source>Install or import one first, or choose the version simulator to try things out.</source>
   <translation>Instale ou importe uma antes, ou escolha a versão simulator para experimentar.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop to import it.</source>
   <translation>Instale o GOWA Desktop mais novo para importá-lo.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.</source>
   <translation>Instale o GOWA Desktop mais novo ou escolha outra pasta de dados. Nada foi alterado.</translation>
  </message>
  <message>
   <source>It answers any web page (CORS is open): {what}.</source>
   <translation>Ela responde a qualquer página web (o CORS está aberto): {what}.</translation>
  </message>
  <message>
   <source>It could not be stopped.</source>
   <translation>Não foi possível pará-la.</translation>
  </message>
  <message>
   <source>It does not answer.</source>
   <translation>Não responde.</translation>
  </message>
  <message>
   <source>It does not run.</source>
   <translation>Não está em execução.</translation>
  </message>
  <message>
   <source>It ended.</source>
   <translation>Encerrou.</translation>
  </message>
  <message>
   <source>It failed the last time it ran.</source>
   <translation>Falhou na última vez em que esteve em execução.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It is tried again every {slow_retry_s} minutes.</source>
   <translation>Falhou {failure_limit} vezes em {failure_window_s} minutos. Há nova tentativa a cada {slow_retry_s} minutos.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It stays down until you start it.</source>
   <translation>Falhou {failure_limit} vezes em {failure_window_s} minutos. Fica parada até você iniciá-la.</translation>
  </message>
  <message>
   <source>It goes from the trash by itself after seven days.</source>
   <translation>Sai da lixeira sozinha após sete dias.</translation>
  </message>
  <message>
   <source>It has the simulator, which is no GOWA and is not updated.</source>
   <translation>Usa o simulador, que não é GOWA e não é atualizado.</translation>
  </message>
  <message>
   <source>It is not in the trash any more.</source>
   <translation>Não está mais na lixeira.</translation>
  </message>
  <message>
   <source>It is stopped and stays so; it has not been started with this version yet.</source>
   <translation>Está parada e continua assim; ainda não foi iniciada com esta versão.</translation>
  </message>
  <message>
   <source>It is tried again every few seconds; until then instances are only shown, and what runs goes on running.</source>
   <translation>Há nova tentativa a cada poucos segundos; até lá, as instâncias são apenas mostradas, e o que está em execução continua em execução.</translation>
  </message>
  <message>
   <source>It keeps what was deleted for 7 days.</source>
   <translation>Ela guarda por 7 dias o que foi excluído.</translation>
  </message>
  <message>
   <source>It listens {where} and asks for no sign-in: anyone on your network can use it.</source>
   <translation>Escuta {where} e não pede login: qualquer pessoa na sua rede pode usá-la.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile.</source>
   <translation>Talvez tenha sido excluído nesse meio-tempo.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile; look at the list of templates.</source>
   <translation>Talvez tenha sido excluído nesse meio-tempo; veja a lista de modelos.</translation>
  </message>
  <message>
   <source>It must have the same host and port as the public address for OAuth.</source>
   <translation>Precisa ter o mesmo host e a mesma porta que o endereço público para OAuth.</translation>
  </message>
  <message>
   <source>It runs again.</source>
   <translation>Está em execução de novo.</translation>
  </message>
  <message>
   <source>It runs well with {to_tag}.</source>
   <translation>Funciona bem com {to_tag}.</translation>
  </message>
  <message>
   <source>It sets {names}, which GOWA would obey unasked.</source>
   <translation>Ele define {names}, que o GOWA obedeceria sem que se pedisse.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Foi cancelado.</translation>
  </message>
  <message>
   <source>It was changed after this update was planned. Update it again.</source>
   <translation>Foi alterada depois de planejada esta atualização. Atualize-a de novo.</translation>
  </message>
  <message>
   <source>It was deleted after this update was planned.</source>
   <translation>Foi excluída depois de planejada esta atualização.</translation>
  </message>
  <message>
   <source>It was made anew from the records of {instances} instance{instances2}</source>
   <translation>Ele foi recriado a partir dos registros de {instances} instância{instances2}</translation>
  </message>
  <message>
   <source>It was put back or deleted meanwhile.</source>
   <translation>Foi restaurada ou excluída nesse meio-tempo.</translation>
  </message>
  <message>
   <source>It was restored from the copy of {copied_at} {copied_at2}</source>
   <translation>Ele foi restaurado da cópia de {copied_at} {copied_at2}</translation>
  </message>
  <message>
   <source>It was stopped as asked.</source>
   <translation>Foi parada conforme pedido.</translation>
  </message>
  <message>
   <source>It was stopped before it could be compared with what it was.</source>
   <translation>Foi parada antes que pudesse ser comparada com o que era.</translation>
  </message>
  <message>
   <source>It was stopped before it was ready.</source>
   <translation>Foi parada antes de ficar pronta.</translation>
  </message>
  <message>
   <source>Its WhatsApp accounts could not be asked for before; only its health was watched.</source>
   <translation>Não foi possível consultar antes suas contas do WhatsApp; só sua saúde foi observada.</translation>
  </message>
  <message>
   <source>Its default holds.</source>
   <translation>Vale o padrão.</translation>
  </message>
  <message>
   <source>Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.</source>
   <translation>O disco pode estar montado com noexec, ou um programa de segurança proíbe isso. Escolha outra pasta de dados.</translation>
  </message>
  <message>
   <source>Its files arrive one after another. Try again in some minutes.</source>
   <translation>Os arquivos chegam um após o outro. Tente de novo em alguns minutos.</translation>
  </message>
  <message>
   <source>Its settings were changed meanwhile.</source>
   <translation>Suas configurações foram alteradas nesse meio-tempo.</translation>
  </message>
  <message>
   <source>Its threads: {told}.</source>
   <translation>Seus threads: {told}.</translation>
  </message>
  <message>
   <source>Its users were changed since it was started; restart it so that it knows the new ones.</source>
   <translation>Seus usuários foram alterados desde que foi iniciada; reinicie-a para que conheça os novos.</translation>
  </message>
  <message>
   <source>Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name.</source>
   <translation>Seus webhooks são assinados com o segredo do próprio GOWA, que todos conhecem: qualquer um pode enviar eventos em nome dela.</translation>
  </message>
  <message>
   <source>Keep chats</source>
   <translation>Manter conversas</translation>
  </message>
  <message>
   <source>Keep read marks in step</source>
   <translation>Sincronizar marcas de leitura</translation>
  </message>
  <message>
   <source>Kept, but without effect in this version: {unheard}.</source>
   <translation>Mantidas, mas sem efeito nesta versão: {unheard}.</translation>
  </message>
  <message>
   <source>Leave it out, or choose a version that has it with --gowa.</source>
   <translation>Deixe de fora ou escolha com --gowa uma versão que o tenha.</translation>
  </message>
  <message>
   <source>Leave it out, or move the instance to a version that has it: gowa-desktop update {name}</source>
   <translation>Deixe-a de fora ou passe a instância para uma versão que a tenha: gowa-desktop update {name}</translation>
  </message>
  <message>
   <source>Leave out commas, semicolons and quotation marks.</source>
   <translation>Omita vírgulas, pontos e vírgulas e aspas.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {not_carried}. Use --format json for them.</source>
   <translation>Omitidas porque um .env não pode contê-las: {not_carried}. Use --format json para elas.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {secrets_left_out}. Add --with-secrets for them.</source>
   <translation>Omitidas porque contêm segredos: {secrets_left_out}. Acrescente --with-secrets para elas.</translation>
  </message>
  <message>
   <source>Length of a pulse</source>
   <translation>Duração de um pulso</translation>
  </message>
  <message>
   <source>Less than 10 MB</source>
   <translation>Menos de 10 MB</translation>
  </message>
  <message>
   <source>Lets AI assistants use this instance at the address /mcp. Without a sign-in everybody who reaches the port may.</source>
   <translation>Permite que assistentes de IA usem esta instância no endereço /mcp. Sem login, qualquer um que alcance a porta pode usá-la.</translation>
  </message>
  <message>
   <source>Line {number} of the .env file cannot be read: {reason}.</source>
   <translation>A linha {number} do arquivo .env não pode ser lida: {reason}.</translation>
  </message>
  <message>
   <source>Listen on</source>
   <translation>Escutar em</translation>
  </message>
  <message>
   <source>Listen on this computer only</source>
   <translation>Escutar só neste computador</translation>
  </message>
  <message>
   <source>Look at its log.</source>
   <translation>Veja o log dela.</translation>
  </message>
  <message>
   <source>Look at the folder.</source>
   <translation>Veja a pasta.</translation>
  </message>
  <message>
   <source>Look at the list of available versions.</source>
   <translation>Veja a lista de versões disponíveis.</translation>
  </message>
  <message>
   <source>Look at the list of instances for the names there are.</source>
   <translation>Veja na lista de instâncias os nomes que existem.</translation>
  </message>
  <message>
   <source>Look at the list of instances.</source>
   <translation>Veja a lista de instâncias.</translation>
  </message>
  <message>
   <source>Look at the list of templates for the names there are.</source>
   <translation>Veja na lista de modelos os nomes que existem.</translation>
  </message>
  <message>
   <source>Look at them and try again.</source>
   <translation>Veja-os e tente de novo.</translation>
  </message>
  <message>
   <source>Look for versions of GOWA</source>
   <translation>Procurar versões do GOWA</translation>
  </message>
  <message>
   <source>Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.</source>
   <translation>Procure na quarentena dele, permita o GOWA ali e instale de novo. O GOWA não é assinado; por isso, antivírus podem suspeitar dele.</translation>
  </message>
  <message>
   <source>Looking up the release</source>
   <translation>Consultando o lançamento</translation>
  </message>
  <message>
   <source>MCP</source>
   <translation>MCP</translation>
  </message>
  <message>
   <source>MCP sign-ins</source>
   <translation>Logins do MCP</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Criado manualmente</translation>
  </message>
  <message>
   <source>Make it readable for you and try again.</source>
   <translation>Dê a você permissão de leitura e tente de novo.</translation>
  </message>
  <message>
   <source>Make it writable for you and try again.</source>
   <translation>Dê a você permissão de gravação e tente de novo.</translation>
  </message>
  <message>
   <source>Make it writable for you, or choose another with --data-dir.</source>
   <translation>Dê a você permissão de gravação nela ou escolha outra com --data-dir.</translation>
  </message>
  <message>
   <source>Make its folder writable for you and start again.</source>
   <translation>Dê a você permissão de gravação na pasta dele e inicie de novo.</translation>
  </message>
  <message>
   <source>Make its folder writable for you, or choose another with --data-dir.</source>
   <translation>Dê a você permissão de gravação na pasta dele ou escolha outra com --data-dir.</translation>
  </message>
  <message>
   <source>Make the folder above it writable for you and start again.</source>
   <translation>Dê a você permissão de gravação na pasta acima dela e inicie de novo.</translation>
  </message>
  <message>
   <source>Make this rule for all.</source>
   <translation>Aplicar esta regra a todas.</translation>
  </message>
  <message>
   <source>Mark messages as read</source>
   <translation>Marcar mensagens como lidas</translation>
  </message>
  <message>
   <source>Marks every incoming message as read at once.</source>
   <translation>Marca cada mensagem recebida como lida imediatamente.</translation>
  </message>
  <message>
   <source>Media are kept for 1 to {longest_days} days.</source>
   <translation>A mídia é mantida por 1 a {longest_days} dias.</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Limite de memória</translation>
  </message>
  <message>
   <source>Move it back by hand.</source>
   <translation>Mova-a de volta manualmente.</translation>
  </message>
  <message>
   <source>Move or remove it by hand, then try again.</source>
   <translation>Mova-a ou remova-a manualmente e tente de novo.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>Name a version of GOWA, such as v9.2.0.</source>
   <translation>Indique uma versão do GOWA, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name a version, such as v9.2.0.</source>
   <translation>Indique uma versão, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name an installed version, such as v9.2.0.</source>
   <translation>Indique uma versão instalada, como v9.2.0.</translation>
  </message>
  <message>
   <source>Name of the created inbox</source>
   <translation>Nome da caixa de entrada criada</translation>
  </message>
  <message>
   <source>Name one or more, or use --all.</source>
   <translation>Indique uma ou mais, ou use --all.</translation>
  </message>
  <message>
   <source>Name one or more.</source>
   <translation>Indique uma ou mais.</translation>
  </message>
  <message>
   <source>Names of device slots and their own webhooks are lost; v7 and before use only the first account.</source>
   <translation>Os nomes dos dispositivos e seus webhooks próprios são perdidos; a v7 e anteriores usam só a primeira conta.</translation>
  </message>
  <message>
   <source>New conversations wait as pending until somebody takes them.</source>
   <translation>Novas conversas ficam pendentes até que alguém as assuma.</translation>
  </message>
  <message>
   <source>New in this version</source>
   <translation>Novidades desta versão</translation>
  </message>
  <message>
   <source>No GOWA version is installed yet.</source>
   <translation>Nenhuma versão do GOWA está instalada ainda.</translation>
  </message>
  <message>
   <source>No instance is named.</source>
   <translation>Nenhuma instância foi indicada.</translation>
  </message>
  <message>
   <source>No release of GOWA is known yet.</source>
   <translation>Nenhum lançamento do GOWA é conhecido ainda.</translation>
  </message>
  <message>
   <source>Nobody can tell which version it had, so there is no way back but its snapshot.</source>
   <translation>Não se sabe que versão ela tinha; por isso, não há volta além do instantâneo dela.</translation>
  </message>
  <message>
   <source>Not begun, because {name} could not be updated.</source>
   <translation>Não começou, porque não foi possível atualizar {name}.</translation>
  </message>
  <message>
   <source>Not copied because it belongs to one instance: {labels}.</source>
   <translation>Não copiado porque pertence a uma instância: {labels}.</translation>
  </message>
  <message>
   <source>Not copied because it holds secrets: {left}.</source>
   <translation>Não copiado porque contém segredos: {left}.</translation>
  </message>
  <message>
   <source>Not everything in {path} could be deleted: {strerror}.</source>
   <translation>Nem tudo em {path} pôde ser excluído: {strerror}.</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Notes which instances run and asks them to stop.</source>
   <translation>Anota quais instâncias estão em execução e pede que parem.</translation>
  </message>
  <message>
   <source>Nothing is followed while GOWA Desktop is not running.</source>
   <translation>Nada é acompanhado enquanto o GOWA Desktop não está em execução.</translation>
  </message>
  <message>
   <source>Nothing of “{value}” is in the trash.</source>
   <translation>Nada de “{value}” está na lixeira.</translation>
  </message>
  <message>
   <source>Nothing was changed because of {names}. {reasons}</source>
   <translation>Nada foi alterado por causa de {names}. {reasons}</translation>
  </message>
  <message>
   <source>Nothing was changed.</source>
   <translation>Nada foi alterado.</translation>
  </message>
  <message>
   <source>Nothing was created because of {names}. GOWA {tag} does not know it.</source>
   <translation>Nada foi criado por causa de {names}. O GOWA {tag} não o conhece.</translation>
  </message>
  <message>
   <source>Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.</source>
   <translation>Nada foi instalado, e as versões instaladas continuam como estavam. Tente de novo mais tarde; se persistir, não confie nesta fonte.</translation>
  </message>
  <message>
   <source>Nothing was installed. Try again later.</source>
   <translation>Nada foi instalado. Tente de novo mais tarde.</translation>
  </message>
  <message>
   <source>OAuth database</source>
   <translation>Banco de dados OAuth</translation>
  </message>
  <message>
   <source>OAuth needs the public https address of this instance.</source>
   <translation>O OAuth precisa do endereço https público desta instância.</translation>
  </message>
  <message>
   <source>Offers GOWA's own web page at the base URL. When off, that address answers with a short note.</source>
   <translation>Oferece a página web do próprio GOWA na URL base. Desativado, esse endereço responde com um aviso curto.</translation>
  </message>
  <message>
   <source>Older versions</source>
   <translation>Versões mais antigas</translation>
  </message>
  <message>
   <source>Only a page with this SHA-256 is served, 64 hexadecimal digits. Leave it empty to accept any.</source>
   <translation>Só é oferecida uma página com este SHA-256, 64 dígitos hexadecimais. Deixe vazio para aceitar qualquer uma.</translation>
  </message>
  <message>
   <source>Only these kinds of events are sent. An empty list sends all.</source>
   <translation>Só estes tipos de eventos são enviados. Uma lista vazia envia todos.</translation>
  </message>
  <message>
   <source>Only {free} MB</source>
   <translation>Só {free} MB</translation>
  </message>
  <message>
   <source>Open GOWA versions to install it; your instances change only when you update them.</source>
   <translation>Abra Versões do GOWA para instalá-la; suas instâncias só mudam quando você as atualiza.</translation>
  </message>
  <message>
   <source>Options are named as in the config, such as debug or webhooks.</source>
   <translation>As opções têm os nomes da configuração, como debug ou webhooks.</translation>
  </message>
  <message>
   <source>Origins such as https://panel.example.com. An empty list or * lets any page in your browser call the API.</source>
   <translation>Origens como https://panel.example.com. Uma lista vazia ou * permite que qualquer página no seu navegador chame a API.</translation>
  </message>
  <message>
   <source>Other computers cannot reach it then.</source>
   <translation>Nesse caso, outros computadores não conseguem acessá-la.</translation>
  </message>
  <message>
   <source>Other processes work in its folder: {names}.</source>
   <translation>Outros processos trabalham na pasta dela: {names}.</translation>
  </message>
  <message>
   <source>Other processes work in the folder of {name}: {names}.</source>
   <translation>Outros processos trabalham na pasta de {name}: {names}.</translation>
  </message>
  <message>
   <source>Other web pages cannot call it then.</source>
   <translation>Nesse caso, outras páginas web não podem chamá-la.</translation>
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
   <translation>Porta</translation>
  </message>
  <message>
   <source>Port of the separate MCP server</source>
   <translation>Porta do servidor MCP separado</translation>
  </message>
  <message>
   <source>Port {next_free_port} is free.</source>
   <translation>A porta {next_free_port} está livre.</translation>
  </message>
  <message>
   <source>Port {port} belongs to the instance {name}.</source>
   <translation>A porta {port} pertence à instância {name}.</translation>
  </message>
  <message>
   <source>Port {port} is reserved by the system, which lets no program listen there.</source>
   <translation>A porta {port} está reservada pelo sistema, que não deixa nenhum programa escutar nela.</translation>
  </message>
  <message>
   <source>Port {port} is reserved for the system.</source>
   <translation>A porta {port} está reservada para o sistema.</translation>
  </message>
  <message>
   <source>Port {port} is used by another program. Choose another port, or close that program.</source>
   <translation>A porta {port} está em uso por outro programa. Escolha outra porta ou feche esse programa.</translation>
  </message>
  <message>
   <source>Port {port} is used by {who}.</source>
   <translation>A porta {port} está em uso por {who}.</translation>
  </message>
  <message>
   <source>Português (Brasil)</source>
   <translation>Português (Brasil)</translation>
  </message>
  <message>
   <source>Presence after connecting</source>
   <translation>Presença após conectar</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridade</translation>
  </message>
  <message>
   <source>Proxy for WhatsApp</source>
   <translation>Proxy para o WhatsApp</translation>
  </message>
  <message>
   <source>Public address for OAuth</source>
   <translation>Endereço público para OAuth</translation>
  </message>
  <message>
   <source>Public address of MCP</source>
   <translation>Endereço público do MCP</translation>
  </message>
  <message>
   <source>Puts every address below this path, for use behind a reverse proxy. /health stays at the root.</source>
   <translation>Coloca todos os endereços abaixo deste caminho, para uso atrás de um proxy reverso. /health fica na raiz.</translation>
  </message>
  <message>
   <source>Puts the agent's name before every reply from Chatwoot.</source>
   <translation>Coloca o nome do atendente antes de cada resposta do Chatwoot.</translation>
  </message>
  <message>
   <source>QR context canceled</source>
   <translation>QR context canceled</translation>
  </message>
  <message>
   <source>Quit GOWA Desktop and start it again.</source>
   <translation>Saia do GOWA Desktop e inicie-o de novo.</translation>
  </message>
  <message>
   <source>Quit it and start it again.</source>
   <translation>Saia dele e inicie-o de novo.</translation>
  </message>
  <message>
   <source>Raises the limit of 60 downloads an hour. It needs no permissions.</source>
   <translation>Aumenta o limite de 60 downloads por hora. Não precisa de permissões.</translation>
  </message>
  <message>
   <source>Reject calls</source>
   <translation>Rejeitar chamadas</translation>
  </message>
  <message>
   <source>Rejects incoming calls by itself.</source>
   <translation>Rejeita automaticamente as chamadas recebidas.</translation>
  </message>
  <message>
   <source>Remove GOWA {tag}</source>
   <translation>Remover o GOWA {tag}</translation>
  </message>
  <message>
   <source>Remove files or versions you do not need, and try again.</source>
   <translation>Remova arquivos ou versões de que você não precisa e tente de novo.</translation>
  </message>
  <message>
   <source>Remove it, or have it removed, and start again.</source>
   <translation>Remova-o, ou peça que o removam, e inicie de novo.</translation>
  </message>
  <message>
   <source>Removed GOWA {tags}.</source>
   <translation>GOWA removido: {tags}.</translation>
  </message>
  <message>
   <source>Reopen resolved conversations</source>
   <translation>Reabrir conversas resolvidas</translation>
  </message>
  <message>
   <source>Reset data of</source>
   <translation>Redefinir os dados de</translation>
  </message>
  <message>
   <source>Restart it to use the new version; your instances go on running meanwhile.</source>
   <translation>Reinicie-o para usar a versão nova; suas instâncias continuam em execução enquanto isso.</translation>
  </message>
  <message>
   <source>Restart {name} to apply it: gowa-desktop restart {name2}</source>
   <translation>Reinicie {name} para aplicar: gowa-desktop restart {name2}</translation>
  </message>
  <message>
   <source>Restore a snapshot, or reset the data of the instance.</source>
   <translation>Restaure um instantâneo ou redefina os dados da instância.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy before changing the settings.</source>
   <translation>Restaure gowa.db de uma cópia antes de alterar as configurações.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are.</source>
   <translation>Restaure gowa.db de uma cópia, ou exclua a instância e crie-a de novo; elas são mantidas como estão.</translation>
  </message>
  <message>
   <source>Restore the data of</source>
   <translation>Restaurar os dados de</translation>
  </message>
  <message>
   <source>Restore the snapshot again, or restart GOWA Desktop.</source>
   <translation>Restaure o instantâneo de novo ou reinicie o GOWA Desktop.</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer</source>
   <translation>Execute, observe e mantenha ativos os servidores GOWA da API do WhatsApp no seu próprio computador</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Salve-o de novo a partir de uma instância.</translation>
  </message>
  <message>
   <source>Save received media</source>
   <translation>Salvar mídia recebida</translation>
  </message>
  <message>
   <source>Saved the settings of {name} as the template {name2}.</source>
   <translation>As configurações de {name} foram salvas como o modelo {name2}.</translation>
  </message>
  <message>
   <source>Saved {name} as {id}.</source>
   <translation>{name} foi salvo como {id}.</translation>
  </message>
  <message>
   <source>Secret for calls from Chatwoot</source>
   <translation>Segredo para chamadas do Chatwoot</translation>
  </message>
  <message>
   <source>See gowa-desktop --help.</source>
   <translation>Veja gowa-desktop --help.</translation>
  </message>
  <message>
   <source>See them with: gowa-desktop snapshots list NAME</source>
   <translation>Veja-os com: gowa-desktop snapshots list NOME</translation>
  </message>
  <message>
   <source>See what there is with: gowa-desktop config show NAME</source>
   <translation>Veja o que existe com: gowa-desktop config show NOME</translation>
  </message>
  <message>
   <source>Send media through the web interface</source>
   <translation>Enviar mídia pela interface web</translation>
  </message>
  <message>
   <source>Send own messages to webhooks</source>
   <translation>Enviar mensagens próprias aos webhooks</translation>
  </message>
  <message>
   <source>Serve MCP</source>
   <translation>Oferecer MCP</translation>
  </message>
  <message>
   <source>Serve the dashboard</source>
   <translation>Oferecer o painel</translation>
  </message>
  <message>
   <source>Set XDG_RUNTIME_DIR to a folder of yours.</source>
   <translation>Defina XDG_RUNTIME_DIR como uma pasta sua.</translation>
  </message>
  <message>
   <source>Set an http proxy in the settings.</source>
   <translation>Defina um proxy http nas configurações.</translation>
  </message>
  <message>
   <source>Set the other options with a command of their own.</source>
   <translation>Defina as outras opções com um comando próprio.</translation>
  </message>
  <message>
   <source>Shorten its arguments.</source>
   <translation>Encurte os argumentos dela.</translation>
  </message>
  <message>
   <source>Shorten them to {longest_notes}.</source>
   <translation>Encurte-as para {longest_notes}.</translation>
  </message>
  <message>
   <source>Show presence now and then</source>
   <translation>Mostrar presença de vez em quando</translation>
  </message>
  <message>
   <source>Shows conversations in a Chatwoot inbox and sends the answers written there.</source>
   <translation>Mostra as conversas em uma caixa de entrada do Chatwoot e envia as respostas escritas ali.</translation>
  </message>
  <message>
   <source>Sign in to MCP with OAuth</source>
   <translation>Fazer login no MCP com OAuth</translation>
  </message>
  <message>
   <source>Sign replies</source>
   <translation>Assinar respostas</translation>
  </message>
  <message>
   <source>Sign-ins</source>
   <translation>Logins</translation>
  </message>
  <message>
   <source>Snapshots in {folder} cannot be read or written: {strerror}.</source>
   <translation>Os instantâneos em {folder} não podem ser lidos ou gravados: {strerror}.</translation>
  </message>
  <message>
   <source>Some messages could not be decrypted. If that goes on, pair the device again.</source>
   <translation>Algumas mensagens não puderam ser descriptografadas. Se isso continuar, vincule o dispositivo de novo.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Algo inesperado deu errado: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {name}.</source>
   <translation>Algo inesperado deu errado: {name}.</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop ({name}).</source>
   <translation>Algo deu errado dentro do GOWA Desktop ({name}).</translation>
  </message>
  <message>
   <source>Stand-in text for missing media</source>
   <translation>Texto no lugar de mídia ausente</translation>
  </message>
  <message>
   <source>Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file.</source>
   <translation>Reinicie o GOWA Desktop: ele restaura a cópia boa mais recente e mantém o arquivo danificado.</translation>
  </message>
  <message>
   <source>Start GOWA Desktop once with this data folder; it keeps a copy of the old database.</source>
   <translation>Inicie o GOWA Desktop uma vez com esta pasta de dados; ele mantém uma cópia do banco de dados antigo.</translation>
  </message>
  <message>
   <source>Start it again and see what became of the command with: gowa-desktop list</source>
   <translation>Inicie-o de novo e veja o que aconteceu com o comando usando: gowa-desktop list</translation>
  </message>
  <message>
   <source>Start it again when you want it.</source>
   <translation>Inicie de novo quando quiser.</translation>
  </message>
  <message>
   <source>Start it and try again.</source>
   <translation>Inicie e tente de novo.</translation>
  </message>
  <message>
   <source>Start it with a letter or a digit.</source>
   <translation>Comece com uma letra ou um dígito.</translation>
  </message>
  <message>
   <source>Start it, or leave --follow out.</source>
   <translation>Inicie ou omita --follow.</translation>
  </message>
  <message>
   <source>Start it, with a window or with --no-window, and try again.</source>
   <translation>Inicie-o, com janela ou com --no-window, e tente de novo.</translation>
  </message>
  <message>
   <source>Start the instance again.</source>
   <translation>Inicie a instância de novo.</translation>
  </message>
  <message>
   <source>Starting and stopping goes on and is saved when it is free; other changes have to wait.</source>
   <translation>Iniciar e parar continua funcionando e é salvo quando ele estiver livre; as outras alterações têm de esperar.</translation>
  </message>
  <message>
   <source>Still running although it was ended by force: {names}. End it in the system's task list.</source>
   <translation>Ainda em execução, embora encerrado à força: {names}. Encerre na lista de tarefas do sistema.</translation>
  </message>
  <message>
   <source>Storage</source>
   <translation>Armazenamento</translation>
  </message>
  <message>
   <source>Stores messages so that they can be replied to. Newer versions always do.</source>
   <translation>Armazena mensagens para que possam ser respondidas. As versões mais novas sempre fazem isso.</translation>
  </message>
  <message>
   <source>Stores photos, videos and files of messages on this disk. GOWA never removes them and keeps images twice.</source>
   <translation>Armazena neste disco fotos, vídeos e arquivos das mensagens. O GOWA nunca os remove e guarda as imagens em duplicidade.</translation>
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
   <translation>Retire uma antes.</translation>
  </message>
  <message>
   <source>Tell about deleted messages</source>
   <translation>Avisar sobre mensagens excluídas</translation>
  </message>
  <message>
   <source>Tell about edited messages</source>
   <translation>Avisar sobre mensagens editadas</translation>
  </message>
  <message>
   <source>The GitHub repository, as owner/name, that the page comes from. Its code runs in your browser with your sign-in.</source>
   <translation>O repositório do GitHub, como dono/nome, de onde vem a página. O código dela roda no seu navegador com o seu login.</translation>
  </message>
  <message>
   <source>The SQLite file for clients and tokens, as file:path below the instance folder.</source>
   <translation>O arquivo SQLite para clientes e tokens, como file:caminho abaixo da pasta da instância.</translation>
  </message>
  <message>
   <source>The address cannot have a user, password, query or fragment.</source>
   <translation>O endereço não pode ter usuário, senha, consulta ou fragmento.</translation>
  </message>
  <message>
   <source>The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.</source>
   <translation>O endereço precisa começar com http://, https:// ou socks5://. Do contrário, o GOWA se conectaria sem proxy.</translation>
  </message>
  <message>
   <source>The address must start with https://.</source>
   <translation>O endereço precisa começar com https://.</translation>
  </message>
  <message>
   <source>The address of the Chatwoot server, such as https://chat.example.com.</source>
   <translation>O endereço do servidor Chatwoot, como https://chat.example.com.</translation>
  </message>
  <message>
   <source>The answer of the release server cannot be read.</source>
   <translation>A resposta do servidor de lançamentos não pode ser lida.</translation>
  </message>
  <message>
   <source>The answer of the release server is no list of releases.</source>
   <translation>A resposta do servidor de lançamentos não é uma lista de lançamentos.</translation>
  </message>
  <message>
   <source>The answer of the release server is no release.</source>
   <translation>A resposta do servidor de lançamentos não é um lançamento.</translation>
  </message>
  <message>
   <source>The answer of {host} cannot be read.</source>
   <translation>A resposta de {host} não pode ser lida.</translation>
  </message>
  <message>
   <source>The argument is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>O argumento tem mais de {max_characters} caracteres, o que nem todo sistema consegue transmitir.</translation>
  </message>
  <message>
   <source>The argument is no text.</source>
   <translation>O argumento não é um texto.</translation>
  </message>
  <message>
   <source>The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.</source>
   <translation>O banco de dados de conversas vem do GOWA v7. Mova chatstorage.db para outro lugar; a vinculação fica.</translation>
  </message>
  <message>
   <source>The chat store in {folder} cannot be moved: {strerror}.</source>
   <translation>As conversas armazenadas em {folder} não podem ser movidas: {strerror}.</translation>
  </message>
  <message>
   <source>The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew.</source>
   <translation>As conversas armazenadas da v7, que a versão mais nova não conseguiria usar, são guardadas à parte; conversas e mensagens recomeçam.</translation>
  </message>
  <message>
   <source>The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside.</source>
   <translation>As conversas e mensagens anteriores não aparecem na nova versão; o GOWA não consegue convertê-las. O arquivo delas é guardado à parte.</translation>
  </message>
  <message>
   <source>The chats and messages of before the update to v8 or later, which were kept aside, come back.</source>
   <translation>As conversas e mensagens anteriores à atualização para a v8 ou posterior, que estavam guardadas à parte, voltam.</translation>
  </message>
  <message>
   <source>The chats and messages of the newer version do not appear in the older one. Their file is kept aside.</source>
   <translation>As conversas e mensagens da versão mais nova não aparecem na mais antiga. O arquivo delas é guardado à parte.</translation>
  </message>
  <message>
   <source>The checksums cannot be read.</source>
   <translation>As somas de verificação não podem ser lidas.</translation>
  </message>
  <message>
   <source>The clean-up did not tell what it did.</source>
   <translation>A limpeza não informou o que fez.</translation>
  </message>
  <message>
   <source>The command comes from another version of GOWA Desktop than the one that is running.</source>
   <translation>O comando vem de uma versão do GOWA Desktop diferente da que está em execução.</translation>
  </message>
  <message>
   <source>The command failed.</source>
   <translation>O comando falhou.</translation>
  </message>
  <message>
   <source>The command has no verb.</source>
   <translation>O comando não tem verbo.</translation>
  </message>
  <message>
   <source>The command is too long to send.</source>
   <translation>O comando é longo demais para ser enviado.</translation>
  </message>
  <message>
   <source>The command is too long.</source>
   <translation>O comando é longo demais.</translation>
  </message>
  <message>
   <source>The command socket {name} cannot be opened: {server}.</source>
   <translation>O socket de comandos {name} não pode ser aberto: {server}.</translation>
  </message>
  <message>
   <source>The command “{verb}” needs the text “{key}”.</source>
   <translation>O comando “{verb}” precisa do texto “{key}”.</translation>
  </message>
  <message>
   <source>The connection ended before the file did.</source>
   <translation>A conexão terminou antes do arquivo.</translation>
  </message>
  <message>
   <source>The connection to WhatsApp goes through this address: http://, https:// or socks5://, with user and password if needed.</source>
   <translation>A conexão com o WhatsApp passa por este endereço: http://, https:// ou socks5://, com usuário e senha se necessário.</translation>
  </message>
  <message>
   <source>The connection to {host} was lost.</source>
   <translation>A conexão com {host} foi perdida.</translation>
  </message>
  <message>
   <source>The connection to {url} was lost.</source>
   <translation>A conexão com {url} foi perdida.</translation>
  </message>
  <message>
   <source>The dashboard of an instance could not be copied for the others</source>
   <translation>O painel de uma instância não pôde ser copiado para as outras</translation>
  </message>
  <message>
   <source>The dashboard that was downloaded is not the one its release describes.</source>
   <translation>O painel baixado não é o que seu lançamento descreve.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {error}.</source>
   <translation>A pasta de dados {root} não pode ser criada: {error}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {strerror}.</source>
   <translation>A pasta de dados {root} não pode ser criada: {strerror}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be {what}: {reason}.</source>
   <translation>A pasta de dados {root} não pode ser {what}: {reason}.</translation>
  </message>
  <message>
   <source>The data folder {root} is a file.</source>
   <translation>A pasta de dados {root} é um arquivo.</translation>
  </message>
  <message>
   <source>The data folder {root} is not there.</source>
   <translation>A pasta de dados {root} não existe.</translation>
  </message>
  <message>
   <source>The data of {name} is in the trash; its settings stay.</source>
   <translation>Os dados de {name} estão na lixeira; suas configurações ficam.</translation>
  </message>
  <message>
   <source>The data of {name} is put back.</source>
   <translation>Os dados de {name} foram restaurados.</translation>
  </message>
  <message>
   <source>The database of the {word} is on a server and has to be saved there.</source>
   <translation>O banco de dados de {word} está em um servidor e precisa ser salvo lá.</translation>
  </message>
  <message>
   <source>The database of the {word} lies outside the instance folder.</source>
   <translation>O banco de dados de {word} está fora da pasta da instância.</translation>
  </message>
  <message>
   <source>The database was {what}. {how}{kept}.</source>
   <translation>O banco de dados estava {what}. {how}{kept}.</translation>
  </message>
  <message>
   <source>The database {database} has gone or was replaced, so the change could not be saved.</source>
   <translation>O banco de dados {database} sumiu ou foi substituído; por isso, não foi possível salvar a alteração.</translation>
  </message>
  <message>
   <source>The database {database} has gone.</source>
   <translation>O banco de dados {database} sumiu.</translation>
  </message>
  <message>
   <source>The database {folder} is damaged.</source>
   <translation>O banco de dados {folder} está danificado.</translation>
  </message>
  <message>
   <source>The database {path} cannot be written.</source>
   <translation>O banco de dados {path} não pode ser gravado.</translation>
  </message>
  <message>
   <source>The database {path} comes from another version and has not been converted yet.</source>
   <translation>O banco de dados {path} vem de outra versão e ainda não foi convertido.</translation>
  </message>
  <message>
   <source>The database {path} could not be used: {error}.</source>
   <translation>O banco de dados {path} não pôde ser usado: {error}.</translation>
  </message>
  <message>
   <source>The database {path} is damaged.</source>
   <translation>O banco de dados {path} está danificado.</translation>
  </message>
  <message>
   <source>The database {path} is in use by another program.</source>
   <translation>O banco de dados {path} está em uso por outro programa.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}, so the change could not be saved.</source>
   <translation>O banco de dados {path} está em uso por {holder}; por isso, não foi possível salvar a alteração.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}.</source>
   <translation>O banco de dados {path} está em uso por {holder}.</translation>
  </message>
  <message>
   <source>The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {schema_version}).</source>
   <translation>O banco de dados {path} foi gravado por um GOWA Desktop mais novo (seu formato é {version}, este programa conhece o {schema_version}).</translation>
  </message>
  <message>
   <source>The details are in gowa-desktop.log in its data folder.</source>
   <translation>Os detalhes estão em gowa-desktop.log, na pasta de dados dele.</translation>
  </message>
  <message>
   <source>The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.</source>
   <translation>O dispositivo recebe um nome próprio, como 628111:7@s.whatsapp.net. Com um só dispositivo, as chamadas não precisam de X-Device-Id.</translation>
  </message>
  <message>
   <source>The device was unlinked on the phone. Pair it again.</source>
   <translation>O dispositivo foi desvinculado no celular. Vincule-o de novo.</translation>
  </message>
  <message>
   <source>The disk is full, so the change could not be saved.</source>
   <translation>O disco está cheio; por isso, não foi possível salvar a alteração.</translation>
  </message>
  <message>
   <source>The disk is full. Free some space and start it again.</source>
   <translation>O disco está cheio. Libere espaço e inicie de novo.</translation>
  </message>
  <message>
   <source>The disk is the same for all instances.</source>
   <translation>O disco é o mesmo para todas as instâncias.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} does not answer.</source>
   <translation>O disco da pasta de dados {root} não responde.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} is full.</source>
   <translation>O disco da pasta de dados {root} está cheio.</translation>
  </message>
  <message>
   <source>The download cannot be written: {strerror}.</source>
   <translation>O download não pode ser gravado: {strerror}.</translation>
  </message>
  <message>
   <source>The download could not go on where it was cut.</source>
   <translation>O download não pôde continuar de onde foi interrompido.</translation>
  </message>
  <message>
   <source>The entry contains a comma, at which GOWA would cut it in two.{advice}</source>
   <translation>A entrada contém uma vírgula, na qual o GOWA a cortaria em duas.{advice}</translation>
  </message>
  <message>
   <source>The entry has a space at its ends, which GOWA would keep.</source>
   <translation>A entrada tem um espaço no começo ou no fim, que o GOWA manteria.</translation>
  </message>
  <message>
   <source>The entry is empty. Write something or remove the row.</source>
   <translation>A entrada está vazia. Escreva algo ou remova a linha.</translation>
  </message>
  <message>
   <source>The exact name of the file in a release of that repository.</source>
   <translation>O nome exato do arquivo em um lançamento desse repositório.</translation>
  </message>
  <message>
   <source>The extra arguments are no list.</source>
   <translation>Os argumentos extras não são uma lista.</translation>
  </message>
  <message>
   <source>The extra environment is no list of names and values.</source>
   <translation>As variáveis de ambiente extras não são uma lista de nomes e valores.</translation>
  </message>
  <message>
   <source>The file cannot be read as JSON{place}.</source>
   <translation>O arquivo não pode ser lido como JSON{place}.</translation>
  </message>
  <message>
   <source>The file cannot be read.</source>
   <translation>O arquivo não pode ser lido.</translation>
  </message>
  <message>
   <source>The file holds no settings of an instance.</source>
   <translation>O arquivo não contém configurações de uma instância.</translation>
  </message>
  <message>
   <source>The file name {name} does not say which version it is.</source>
   <translation>O nome de arquivo {name} não diz qual é a versão.</translation>
  </message>
  <message>
   <source>The file of GOWA {tag} is far too large to be GOWA.</source>
   <translation>O arquivo do GOWA {tag} é grande demais para ser o GOWA.</translation>
  </message>
  <message>
   <source>The file was written by a newer GOWA Desktop.</source>
   <translation>O arquivo foi gravado por um GOWA Desktop mais novo.</translation>
  </message>
  <message>
   <source>The file {path} cannot be moved aside: {strerror}.</source>
   <translation>O arquivo {path} não pode ser guardado à parte: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be read: {strerror}.</source>
   <translation>O arquivo {path} não pode ser lido: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be written: {strerror}.</source>
   <translation>O arquivo {path} não pode ser gravado: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} is no text.</source>
   <translation>O arquivo {path} não é um texto.</translation>
  </message>
  <message>
   <source>The file {path} is too large to hold settings.</source>
   <translation>O arquivo {path} é grande demais para conter configurações.</translation>
  </message>
  <message>
   <source>The file {target} cannot be written: {strerror}.</source>
   <translation>O arquivo {target} não pode ser gravado: {strerror}.</translation>
  </message>
  <message>
   <source>The folder of {name} holds {value}; the limit is {limit}. Clean up its media.</source>
   <translation>A pasta de {name} contém {value}; o limite é {limit}. Limpe a mídia dela.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket belongs to someone else.</source>
   <translation>A pasta {folder} do socket de comandos pertence a outra pessoa.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket cannot be used: {error}.</source>
   <translation>A pasta {folder} do socket de comandos não pode ser usada: {error}.</translation>
  </message>
  <message>
   <source>The https address under which this instance is reached from outside.</source>
   <translation>O endereço https pelo qual esta instância é acessada de fora.</translation>
  </message>
  <message>
   <source>The inbox that conversations go to. It may stay 0 when the inbox is created by itself.</source>
   <translation>A caixa de entrada para onde vão as conversas. Pode ficar 0 quando a caixa de entrada é criada automaticamente.</translation>
  </message>
  <message>
   <source>The instance data stayed in {trashed}: {strerror}.</source>
   <translation>Os dados da instância ficaram em {trashed}: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder cannot be written. Check its permissions.</source>
   <translation>A pasta da instância não pode ser gravada. Verifique as permissões dela.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be moved to the trash: {strerror}.</source>
   <translation>A pasta da instância {folder} não pode ser movida para a lixeira: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be used: {strerror}.</source>
   <translation>A pasta da instância {folder} não pode ser usada: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written.</source>
   <translation>A pasta da instância {folder} não pode ser gravada.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written: {strerror}.</source>
   <translation>A pasta da instância {folder} não pode ser gravada: {strerror}.</translation>
  </message>
  <message>
   <source>The instance has no port.</source>
   <translation>A instância não tem porta.</translation>
  </message>
  <message>
   <source>The journal of updates in {folder} cannot be written: {folder2}.</source>
   <translation>O diário de atualizações em {folder} não pode ser gravado: {folder2}.</translation>
  </message>
  <message>
   <source>The key of the signature each call carries, so that the receiver can tell that it comes from this instance.</source>
   <translation>A chave da assinatura que acompanha cada chamada, para que o destinatário saiba que ela vem desta instância.</translation>
  </message>
  <message>
   <source>The link leads to no instance.</source>
   <translation>O link não leva a nenhuma instância.</translation>
  </message>
  <message>
   <source>The list is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>A lista tem mais de {max_characters} caracteres, o que nem todo sistema consegue transmitir.</translation>
  </message>
  <message>
   <source>The list of versions cannot be kept: {strerror}.</source>
   <translation>A lista de versões não pode ser guardada: {strerror}.</translation>
  </message>
  <message>
   <source>The log file {path} cannot be written: {strerror}.</source>
   <translation>O arquivo de log {path} não pode ser gravado: {strerror}.</translation>
  </message>
  <message>
   <source>The message is no JSON object.</source>
   <translation>A mensagem não é um objeto JSON.</translation>
  </message>
  <message>
   <source>The message is no JSON.</source>
   <translation>A mensagem não é JSON.</translation>
  </message>
  <message>
   <source>The name has {cleaned} characters; {max_name_length} is the most.</source>
   <translation>O nome tem {cleaned} caracteres; o máximo é {max_name_length}.</translation>
  </message>
  <message>
   <source>The name is empty.</source>
   <translation>O nome está vazio.</translation>
  </message>
  <message>
   <source>The name of this linked device on the phone; GOWA adds its version. It takes effect at the next pairing.</source>
   <translation>O nome deste dispositivo conectado no celular; o GOWA acrescenta sua versão. Vale a partir da próxima vinculação.</translation>
  </message>
  <message>
   <source>The name simulator belongs to the built-in stand-in.</source>
   <translation>O nome simulator pertence ao substituto integrado.</translation>
  </message>
  <message>
   <source>The newest dashboard release has no page with a checksum.</source>
   <translation>O lançamento mais recente do painel não tem página com soma de verificação.</translation>
  </message>
  <message>
   <source>The newest good copy and what each instance knows of itself take its place; what runs goes on running.</source>
   <translation>A cópia boa mais recente e o que cada instância sabe de si mesma o substituem; o que está em execução continua em execução.</translation>
  </message>
  <message>
   <source>The notes have {text} characters.</source>
   <translation>As notas têm {text} caracteres.</translation>
  </message>
  <message>
   <source>The number behind /accounts/ in Chatwoot's own addresses.</source>
   <translation>O número depois de /accounts/ nos endereços do próprio Chatwoot.</translation>
  </message>
  <message>
   <source>The number of lines must be 1 or more.</source>
   <translation>O número de linhas precisa ser 1 ou mais.</translation>
  </message>
  <message>
   <source>The pairing of {lost} is missing.</source>
   <translation>Falta a vinculação de {lost}.</translation>
  </message>
  <message>
   <source>The pairing with the phone, if WhatsApp still accepts the older version.</source>
   <translation>A vinculação com o celular, se o WhatsApp ainda aceitar a versão mais antiga.</translation>
  </message>
  <message>
   <source>The pairing with the phone: nothing has to be scanned again.</source>
   <translation>A vinculação com o celular: nada precisa ser escaneado de novo.</translation>
  </message>
  <message>
   <source>The pairing, all chats and messages, and all settings.</source>
   <translation>A vinculação, todas as conversas e mensagens e todas as configurações.</translation>
  </message>
  <message>
   <source>The port is set by itself.</source>
   <translation>A porta é definida separadamente.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself, not among its options.</source>
   <translation>A porta é definida na própria instância, não entre suas opções.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself.</source>
   <translation>A porta é definida na própria instância.</translation>
  </message>
  <message>
   <source>The port this instance answers on. It belongs to the instance and is changed there.</source>
   <translation>A porta em que esta instância responde. Ela pertence à instância e é alterada ali.</translation>
  </message>
  <message>
   <source>The port: it belongs to the instance and stays as it is.</source>
   <translation>A porta: ela pertence à instância e fica como está.</translation>
  </message>
  <message>
   <source>The program cannot be run here: {strerror}.</source>
   <translation>O programa não pode ser executado aqui: {strerror}.</translation>
  </message>
  <message>
   <source>The program did not answer when asked for its help.</source>
   <translation>O programa não respondeu quando foi pedida sua ajuda.</translation>
  </message>
  <message>
   <source>The program ended before its turn; it is as it was.</source>
   <translation>O programa encerrou antes da vez dela; ela está como estava.</translation>
  </message>
  <message>
   <source>The program ended while it was being updated.</source>
   <translation>O programa encerrou enquanto ela era atualizada.</translation>
  </message>
  <message>
   <source>The program inside the file is too large to be GOWA.</source>
   <translation>O programa dentro do arquivo é grande demais para ser o GOWA.</translation>
  </message>
  <message>
   <source>The program inside {name} is a link or too large.</source>
   <translation>O programa dentro de {name} é um link ou é grande demais.</translation>
  </message>
  <message>
   <source>The program of GOWA cannot run, because {reason}: {program}.</source>
   <translation>O programa do GOWA não pode ser executado, porque {reason}: {program}.</translation>
  </message>
  <message>
   <source>The program of GOWA {tag} has disappeared from {folder}.</source>
   <translation>O programa do GOWA {tag} desapareceu de {folder}.</translation>
  </message>
  <message>
   <source>The program runs but is not GOWA, or not this version of it.</source>
   <translation>O programa funciona, mas não é o GOWA ou não é esta versão dele.</translation>
  </message>
  <message>
   <source>The program was taken away while it was being installed, most likely by a virus scanner ({name}).</source>
   <translation>O programa foi retirado durante a instalação, muito provavelmente por um antivírus ({name}).</translation>
  </message>
  <message>
   <source>The proxy refuses the connection.</source>
   <translation>O proxy recusa a conexão.</translation>
  </message>
  <message>
   <source>The proxy that is set for this computer is of a kind that does not work here.</source>
   <translation>O proxy definido para este computador é de um tipo que não funciona aqui.</translation>
  </message>
  <message>
   <source>The proxy was not used. Check its address: http, https or socks5.</source>
   <translation>O proxy não foi usado. Verifique o endereço dele: http, https ou socks5.</translation>
  </message>
  <message>
   <source>The public address of this instance with /chatwoot/webhook, which is registered with the created inbox.</source>
   <translation>O endereço público desta instância com /chatwoot/webhook, que é registrado na caixa de entrada criada.</translation>
  </message>
  <message>
   <source>The record of the instance cannot be written to {path}: {strerror}.</source>
   <translation>O registro da instância não pode ser gravado em {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The record of the running process cannot be written to {path}: {strerror}.</source>
   <translation>O registro do processo em execução não pode ser gravado em {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The server sent more than the release says.</source>
   <translation>O servidor enviou mais do que o lançamento informa.</translation>
  </message>
  <message>
   <source>The settings of {name} are those with which it last ran well.</source>
   <translation>As configurações de {name} são aquelas com que funcionou bem pela última vez.</translation>
  </message>
  <message>
   <source>The settings together are too large for a process to be started with. Shorten the longest lists.</source>
   <translation>Juntas, as configurações são grandes demais para iniciar um processo com elas. Encurte as listas mais longas.</translation>
  </message>
  <message>
   <source>The settings under “flags” are no JSON object.</source>
   <translation>As configurações em “flags” não são um objeto JSON.</translation>
  </message>
  <message>
   <source>The sign-in has no {word}.</source>
   <translation>O login está sem {word}.</translation>
  </message>
  <message>
   <source>The sign-ins are no list.</source>
   <translation>Os logins não são uma lista.</translation>
  </message>
  <message>
   <source>The simulator is built in and needs no installation.</source>
   <translation>O simulador é integrado e não precisa de instalação.</translation>
  </message>
  <message>
   <source>The simulator is no version to update to.</source>
   <translation>O simulador não é uma versão para a qual se possa atualizar.</translation>
  </message>
  <message>
   <source>The snapshot file {copy} is damaged.</source>
   <translation>O arquivo de instantâneo {copy} está danificado.</translation>
  </message>
  <message>
   <source>The snapshot {id} is deleted.</source>
   <translation>O instantâneo {id} foi excluído.</translation>
  </message>
  <message>
   <source>The snapshot {id} is gone.</source>
   <translation>O instantâneo {id} não existe mais.</translation>
  </message>
  <message>
   <source>The snapshot {name} is damaged.</source>
   <translation>O instantâneo {name} está danificado.</translation>
  </message>
  <message>
   <source>The stored settings are no JSON object.</source>
   <translation>As configurações armazenadas não são um objeto JSON.</translation>
  </message>
  <message>
   <source>The stored settings cannot be read{place}.</source>
   <translation>As configurações armazenadas não podem ser lidas{place}.</translation>
  </message>
  <message>
   <source>The switched-off webhooks are no list of addresses.</source>
   <translation>Os webhooks desativados não são uma lista de endereços.</translation>
  </message>
  <message>
   <source>The system does not accept the file as a program (exec format error).</source>
   <translation>O sistema não aceita o arquivo como programa (exec format error).</translation>
  </message>
  <message>
   <source>The system does not allow listening on port {port}. Choose another port.</source>
   <translation>O sistema não permite escutar na porta {port}. Escolha outra porta.</translation>
  </message>
  <message>
   <source>The system does not let programs run from {parent}.</source>
   <translation>O sistema não deixa executar programas em {parent}.</translation>
  </message>
  <message>
   <source>The tag “{longest_tag}…” is too long.</source>
   <translation>A etiqueta “{longest_tag}…” é longa demais.</translation>
  </message>
  <message>
   <source>The template is named {name} now.</source>
   <translation>Agora o modelo se chama {name}.</translation>
  </message>
  <message>
   <source>The template {name} cannot be read.</source>
   <translation>O modelo {name} não pode ser lido.</translation>
  </message>
  <message>
   <source>The text between the agent's name and the reply, usually line breaks.</source>
   <translation>O texto entre o nome do atendente e a resposta, em geral quebras de linha.</translation>
  </message>
  <message>
   <source>The text is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>O texto tem mais de {max_characters} caracteres, o que nem todo sistema consegue transmitir.</translation>
  </message>
  <message>
   <source>The text to look for is too long.</source>
   <translation>O texto a procurar é longo demais.</translation>
  </message>
  <message>
   <source>The time must be {minimum_s} s or longer.</source>
   <translation>O tempo precisa ser de {minimum_s} s ou mais.</translation>
  </message>
  <message>
   <source>The token has characters that no token has.</source>
   <translation>O token tem caracteres que nenhum token tem.</translation>
  </message>
  <message>
   <source>The update left no report.</source>
   <translation>A atualização não deixou relatório.</translation>
  </message>
  <message>
   <source>The update was called off before its turn.</source>
   <translation>A atualização foi cancelada antes da vez dela.</translation>
  </message>
  <message>
   <source>The update was called off.</source>
   <translation>A atualização foi cancelada.</translation>
  </message>
  <message>
   <source>The update was called off. {sentence}</source>
   <translation>A atualização foi cancelada. {sentence}</translation>
  </message>
  <message>
   <source>The value contains a NUL character.</source>
   <translation>O valor contém um caractere NUL.</translation>
  </message>
  <message>
   <source>The value contains a character that is no text (half of a surrogate pair).</source>
   <translation>O valor contém um caractere que não é texto (metade de um par substituto).</translation>
  </message>
  <message>
   <source>The value contains a line break or another control character.</source>
   <translation>O valor contém uma quebra de linha ou outro caractere de controle.</translation>
  </message>
  <message>
   <source>The value is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>O valor tem mais de {max_characters} caracteres, o que nem todo sistema consegue transmitir.</translation>
  </message>
  <message>
   <source>The value is neither true nor false.</source>
   <translation>O valor não é true nem false.</translation>
  </message>
  <message>
   <source>The value is no list.</source>
   <translation>O valor não é uma lista.</translation>
  </message>
  <message>
   <source>The value is no text.</source>
   <translation>O valor não é um texto.</translation>
  </message>
  <message>
   <source>The value is no whole number.</source>
   <translation>O valor não é um número inteiro.</translation>
  </message>
  <message>
   <source>The value must be {maximum} or less.</source>
   <translation>O valor precisa ser {maximum} ou menos.</translation>
  </message>
  <message>
   <source>The value must be {minimum} or more.</source>
   <translation>O valor precisa ser {minimum} ou mais.</translation>
  </message>
  <message>
   <source>The version cannot be installed into {folder}: {strerror}.</source>
   <translation>A versão não pode ser instalada em {folder}: {strerror}.</translation>
  </message>
  <message>
   <source>The version {tag} cannot be removed.</source>
   <translation>A versão {tag} não pode ser removida.</translation>
  </message>
  <message>
   <source>The web page could not be updated from the internet. The API works without it.</source>
   <translation>A página web não pôde ser atualizada pela internet. A API funciona sem ela.</translation>
  </message>
  <message>
   <source>The zip file {name} is damaged.</source>
   <translation>O arquivo zip {name} está danificado.</translation>
  </message>
  <message>
   <source>The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space.</source>
   <translation>O campo {word} não pode conter vírgula, dois-pontos ou aspas, nem começar ou terminar com espaço.</translation>
  </message>
  <message>
   <source>The {word} contains a line break or another control character.</source>
   <translation>O campo {word} contém uma quebra de linha ou outro caractere de controle.</translation>
  </message>
  <message>
   <source>The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter.</source>
   <translation>O campo {word} tem uma letra composta de duas, como e mais um acento. Digite-a de novo como uma só letra.</translation>
  </message>
  <message>
   <source>The {word} is longer than {max_sign_in_characters} characters.</source>
   <translation>O campo {word} tem mais de {max_sign_in_characters} caracteres.</translation>
  </message>
  <message>
   <source>There are no instances. Create one with: gowa-desktop create NAME</source>
   <translation>Não há instâncias. Crie uma com: gowa-desktop create NOME</translation>
  </message>
  <message>
   <source>There are {most_searches} saved searches already.</source>
   <translation>Já há {most_searches} buscas salvas.</translation>
  </message>
  <message>
   <source>There is a quotation mark at the end, which GOWA would cut off.</source>
   <translation>Há aspas no fim, que o GOWA cortaria.</translation>
  </message>
  <message>
   <source>There is a space at the beginning or the end.</source>
   <translation>Há um espaço no começo ou no fim.</translation>
  </message>
  <message>
   <source>There is already a file {path}.</source>
   <translation>Já existe um arquivo {path}.</translation>
  </message>
  <message>
   <source>There is already a template named {cleaned}.</source>
   <translation>Já existe um modelo chamado {cleaned}.</translation>
  </message>
  <message>
   <source>There is already a template named {name}.</source>
   <translation>Já existe um modelo chamado {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {name}.</source>
   <translation>Já existe uma instância chamada {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {other}.</source>
   <translation>Já existe uma instância chamada {other}.</translation>
  </message>
  <message>
   <source>There is no .env in the instance folder any more.</source>
   <translation>Não há mais um .env na pasta da instância.</translation>
  </message>
  <message>
   <source>There is no command “{verb}”.</source>
   <translation>Não existe o comando “{verb}”.</translation>
  </message>
  <message>
   <source>There is no database in {root}, although there was one.</source>
   <translation>Não há banco de dados em {root}, embora houvesse um.</translation>
  </message>
  <message>
   <source>There is no file {source}.</source>
   <translation>Não existe o arquivo {source}.</translation>
  </message>
  <message>
   <source>There is no folder for the command socket.</source>
   <translation>Não há pasta para o socket de comandos.</translation>
  </message>
  <message>
   <source>There is no format “{wanted}”.</source>
   <translation>Não existe o formato “{wanted}”.</translation>
  </message>
  <message>
   <source>There is no instance named “{name_or_key}”.</source>
   <translation>Não existe uma instância chamada “{name_or_key}”.</translation>
  </message>
  <message>
   <source>There is no instance with the id {instance_id}.</source>
   <translation>Não existe uma instância com o id {instance_id}.</translation>
  </message>
  <message>
   <source>There is no level “{word}”.</source>
   <translation>Não existe o nível “{word}”.</translation>
  </message>
  <message>
   <source>There is no option named “{strip}”.</source>
   <translation>Não existe uma opção chamada “{strip}”.</translation>
  </message>
  <message>
   <source>There is no option named “{value}”.</source>
   <translation>Não existe uma opção chamada “{value}”.</translation>
  </message>
  <message>
   <source>There is no registry on this system.</source>
   <translation>Não há registro neste sistema.</translation>
  </message>
  <message>
   <source>There is no release {tag} of GOWA.</source>
   <translation>Não existe o lançamento {tag} do GOWA.</translation>
  </message>
  <message>
   <source>There is no room for a snapshot: it needs {needed} and {free} are free.</source>
   <translation>Não há espaço para um instantâneo: são necessários {needed} e há {free} livres.</translation>
  </message>
  <message>
   <source>There is no snapshot {name}.</source>
   <translation>Não existe o instantâneo {name}.</translation>
  </message>
  <message>
   <source>There is no template named “{value}”.</source>
   <translation>Não existe um modelo chamado “{value}”.</translation>
  </message>
  <message>
   <source>There is not enough room on the disk of {folder}{figures}.</source>
   <translation>Não há espaço suficiente no disco de {folder}{figures}.</translation>
  </message>
  <message>
   <source>There is nothing to remove.</source>
   <translation>Não há nada para remover.</translation>
  </message>
  <message>
   <source>There is nothing to save: all its settings are at their defaults or hold secrets.</source>
   <translation>Não há nada para salvar: todas as configurações estão no padrão ou contêm segredos.</translation>
  </message>
  <message>
   <source>There was no copy, so it begins empty</source>
   <translation>Não havia cópia; por isso, ele começa vazio</translation>
  </message>
  <message>
   <source>These chats are never shown in Chatwoot: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Estas conversas nunca são mostradas no Chatwoot: 4915112345678@s.whatsapp.net, ou @g.us para todos os grupos.</translation>
  </message>
  <message>
   <source>This GOWA needs a newer system library (glibc). Choose another version.</source>
   <translation>Este GOWA precisa de uma biblioteca de sistema (glibc) mais nova. Escolha outra versão.</translation>
  </message>
  <message>
   <source>This GOWA needs the system library glibc {decode} or newer; this computer has {own}.</source>
   <translation>Este GOWA precisa da biblioteca de sistema glibc {decode} ou mais nova; este computador tem {own}.</translation>
  </message>
  <message>
   <source>This change cannot be taken back any more.</source>
   <translation>Esta alteração não pode mais ser desfeita.</translation>
  </message>
  <message>
   <source>This data folder is only looked at.</source>
   <translation>Esta pasta de dados é apenas consultada.</translation>
  </message>
  <message>
   <source>This is no IPv4 address. Write one such as 127.0.0.1.</source>
   <translation>Isto não é um endereço IPv4. Escreva um como 127.0.0.1.</translation>
  </message>
  <message>
   <source>This is no address of a proxy.</source>
   <translation>Isto não é um endereço de proxy.</translation>
  </message>
  <message>
   <source>This is no web address. It must start with http:// or https:// and have no spaces.</source>
   <translation>Isto não é um endereço web. Ele precisa começar com http:// ou https:// e não ter espaços.</translation>
  </message>
  <message>
   <source>This is the data that was reset.</source>
   <translation>Estes são os dados que foram redefinidos.</translation>
  </message>
  <message>
   <source>This limit makes no sense.</source>
   <translation>Este limite não faz sentido.</translation>
  </message>
  <message>
   <source>This snapshot is needed by what is being done right now.</source>
   <translation>Este instantâneo é necessário para o que está sendo feito agora.</translation>
  </message>
  <message>
   <source>This template is gone.</source>
   <translation>Este modelo não existe mais.</translation>
  </message>
  <message>
   <source>This update sets chats aside, as said above. Nothing was done.</source>
   <translation>Esta atualização guarda conversas à parte, como dito acima. Nada foi feito.</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Esta versão já estava instalada.</translation>
  </message>
  <message>
   <source>This would delete the snapshot {id} of {name}.</source>
   <translation>Isto excluiria o instantâneo {id} de {name}.</translation>
  </message>
  <message>
   <source>This would delete {name} and its data for good. Nothing was done.</source>
   <translation>Isto excluiria {name} e seus dados definitivamente. Nada foi feito.</translation>
  </message>
  <message>
   <source>Time between dashboard updates</source>
   <translation>Tempo entre atualizações do painel</translation>
  </message>
  <message>
   <source>Time between two pulses</source>
   <translation>Tempo entre dois pulsos</translation>
  </message>
  <message>
   <source>Too many commands are running at once.</source>
   <translation>Há comandos demais em execução ao mesmo tempo.</translation>
  </message>
  <message>
   <source>Trusted reverse proxies</source>
   <translation>Proxies reversos confiáveis</translation>
  </message>
  <message>
   <source>Try again later, or check the release address in the settings.</source>
   <translation>Tente de novo mais tarde ou verifique o endereço de lançamentos nas configurações.</translation>
  </message>
  <message>
   <source>Try again later.</source>
   <translation>Tente de novo mais tarde.</translation>
  </message>
  <message>
   <source>Try again when it can be changed.</source>
   <translation>Tente de novo quando puder ser alterado.</translation>
  </message>
  <message>
   <source>Try again.</source>
   <translation>Tente de novo.</translation>
  </message>
  <message>
   <source>Try again; details are in the program's log.</source>
   <translation>Tente de novo; os detalhes estão no log do programa.</translation>
  </message>
  <message>
   <source>Try again; if it stays, restart GOWA Desktop.</source>
   <translation>Tente de novo; se persistir, reinicie o GOWA Desktop.</translation>
  </message>
  <message>
   <source>Trying it out</source>
   <translation>Experimentando</translation>
  </message>
  <message>
   <source>Type a name such as shop-1.</source>
   <translation>Digite um nome como loja-1.</translation>
  </message>
  <message>
   <source>Undecryptable message</source>
   <translation>Undecryptable message</translation>
  </message>
  <message>
   <source>Update it again.</source>
   <translation>Atualize de novo.</translation>
  </message>
  <message>
   <source>Update the dashboard by itself</source>
   <translation>Atualizar o painel automaticamente</translation>
  </message>
  <message>
   <source>Update to {to_tag}</source>
   <translation>Atualizar para {to_tag}</translation>
  </message>
  <message>
   <source>Use a link such as {link_scheme}://instance/AB12CD34, with the key of an instance of this computer.</source>
   <translation>Use um link como {link_scheme}://instance/AB12CD34, com a chave de uma instância deste computador.</translation>
  </message>
  <message>
   <source>Use a new secret</source>
   <translation>Usar um novo segredo</translation>
  </message>
  <message>
   <source>Use a system with glibc, or build GOWA for this one and import it.</source>
   <translation>Use um sistema com glibc, ou compile o GOWA para este e importe-o.</translation>
  </message>
  <message>
   <source>Use at most {longest_pattern} characters.</source>
   <translation>Use no máximo {longest_pattern} caracteres.</translation>
  </message>
  <message>
   <source>Use letters, digits, spaces and - _ . ( ) + &amp; @ # only.</source>
   <translation>Use só letras, dígitos, espaços e - _ . ( ) + &amp; @ #.</translation>
  </message>
  <message>
   <source>Use one of {levels}.</source>
   <translation>Use um destes: {levels}.</translation>
  </message>
  <message>
   <source>Use the command line, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use a linha de comando, saia dele antes ou escolha outra pasta com --data-dir.</translation>
  </message>
  <message>
   <source>Use the gowa-desktop program to ask.</source>
   <translation>Use o programa gowa-desktop para perguntar.</translation>
  </message>
  <message>
   <source>Use the one that runs, quit it first, or choose another folder with --data-dir.</source>
   <translation>Use o que está em execução, saia dele antes ou escolha outra pasta com --data-dir.</translation>
  </message>
  <message>
   <source>Use: gowa-desktop update "{name}", which keeps the pairing, or set it to its v7 version.</source>
   <translation>Use: gowa-desktop update "{name}", que mantém a vinculação, ou defina a versão v7 dela.</translation>
  </message>
  <message>
   <source>Wait a moment and try again.</source>
   <translation>Espere um momento e tente de novo.</translation>
  </message>
  <message>
   <source>Wait until it has ended.</source>
   <translation>Espere até que encerre.</translation>
  </message>
  <message>
   <source>Wait until that is done.</source>
   <translation>Espere até que isso termine.</translation>
  </message>
  <message>
   <source>Wait until then, or enter a GitHub token in the settings.</source>
   <translation>Espere até lá ou informe um token do GitHub nas configurações.</translation>
  </message>
  <message>
   <source>Wait until then.</source>
   <translation>Espere até lá.</translation>
  </message>
  <message>
   <source>Waiting to go on</source>
   <translation>Aguardando para continuar</translation>
  </message>
  <message>
   <source>Watches servers</source>
   <translation>Vigia os servidores</translation>
  </message>
  <message>
   <source>Web pages that may call the API</source>
   <translation>Páginas web que podem chamar a API</translation>
  </message>
  <message>
   <source>Webhook addresses</source>
   <translation>Endereços de webhooks</translation>
  </message>
  <message>
   <source>Webhook secret</source>
   <translation>Segredo dos webhooks</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhooks</translation>
  </message>
  <message>
   <source>Webhooks have another form from v8 on; what receives them must understand it.</source>
   <translation>Os webhooks têm outra forma a partir da v8; o que os recebe precisa entendê-la.</translation>
  </message>
  <message>
   <source>Webhooks switched off</source>
   <translation>Webhooks desativados</translation>
  </message>
  <message>
   <source>What is read on one side is marked as read on the other.</source>
   <translation>O que é lido de um lado é marcado como lido do outro.</translation>
  </message>
  <message>
   <source>What is to be changed is not said.</source>
   <translation>Não foi dito o que deve ser alterado.</translation>
  </message>
  <message>
   <source>What runs goes on running; changes cannot be saved until then.</source>
   <translation>O que está em execução continua em execução; até lá, as alterações não podem ser salvas.</translation>
  </message>
  <message>
   <source>WhatsApp behaviour</source>
   <translation>Comportamento no WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp database</source>
   <translation>Banco de dados do WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see “waiting for this message” for a while, and a phone that was linked anew since has to be paired again.</source>
   <translation>As chaves do WhatsApp avançam a cada mensagem. Mensagens que chegaram depois deste instantâneo podem ficar ilegíveis, contatos podem ver “aguardando esta mensagem” por algum tempo, e um celular vinculado de novo desde então precisa ser vinculado outra vez.</translation>
  </message>
  <message>
   <source>WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.</source>
   <translation>O WhatsApp recusa clientes antigos demais (erro 405); nesse caso, a instância volta à versão que tem agora.</translation>
  </message>
  <message>
   <source>WhatsApp says that this GOWA is too old. Use a newer version.</source>
   <translation>O WhatsApp informa que este GOWA é antigo demais. Use uma versão mais nova.</translation>
  </message>
  <message>
   <source>WhatsApp session</source>
   <translation>Sessão do WhatsApp</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Quando encerra sozinha</translation>
  </message>
  <message>
   <source>Where MCP itself is reached from outside. Left empty, it is the OAuth address with the base path and /mcp.</source>
   <translation>Onde o próprio MCP é acessado de fora. Se ficar vazio, é o endereço OAuth com o caminho base e /mcp.</translation>
  </message>
  <message>
   <source>Where the Chatwoot settings of a single device may point. An empty list allows any public host.</source>
   <translation>Para onde as configurações do Chatwoot de um único dispositivo podem apontar. Uma lista vazia permite qualquer host público.</translation>
  </message>
  <message>
   <source>Where the WhatsApp session is kept: file:path for SQLite, or postgres://user:password@host/name. Another database means pairing again.</source>
   <translation>Onde a sessão do WhatsApp é guardada: file:caminho para SQLite, ou postgres://usuario:senha@host/nome. Outro banco de dados significa vincular de novo.</translation>
  </message>
  <message>
   <source>Which WhatsApp device of this instance answers from Chatwoot, when there are several.</source>
   <translation>Qual dispositivo WhatsApp desta instância responde pelo Chatwoot, quando há vários.</translation>
  </message>
  <message>
   <source>Who may use the API and the dashboard. Without a sign-in everybody who reaches the port may.</source>
   <translation>Quem pode usar a API e o painel. Sem login, qualquer um que alcance a porta pode.</translation>
  </message>
  <message>
   <source>Whoever checks the signatures of its webhooks needs the new secret.</source>
   <translation>Quem verifica as assinaturas de seus webhooks precisa do novo segredo.</translation>
  </message>
  <message>
   <source>Whoever uses it signs in as {sign_in_name}; the password is in the overview, under Connect.</source>
   <translation>Quem a usa faz login como {sign_in_name}; a senha está na visão geral, em Conectar.</translation>
  </message>
  <message>
   <source>Windows does not let the registry be changed: {strerror}.</source>
   <translation>O Windows não deixa alterar o registro: {strerror}.</translation>
  </message>
  <message>
   <source>With direct import, media still go through Chatwoot's web interface, so that its files are complete.</source>
   <translation>Com a importação direta, a mídia ainda passa pela interface web do Chatwoot, para que os arquivos dele fiquem completos.</translation>
  </message>
  <message>
   <source>With this GOWA prints its help and ends.</source>
   <translation>Com isto, o GOWA mostra sua ajuda e encerra.</translation>
  </message>
  <message>
   <source>Write %23 for a # in a database address.</source>
   <translation>Escreva %23 para um # no endereço de um banco de dados.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in a database address.</source>
   <translation>Escreva %25 para um sinal de porcentagem no endereço de um banco de dados.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in an address.</source>
   <translation>Escreva %25 para um sinal de porcentagem em um endereço.</translation>
  </message>
  <message>
   <source>Write --format json or --format env.</source>
   <translation>Escreva --format json ou --format env.</translation>
  </message>
  <message>
   <source>Write OPTION=VALUE, such as debug=true.</source>
   <translation>Escreva OPÇÃO=VALOR, como debug=true.</translation>
  </message>
  <message>
   <source>Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups.</source>
   <translation>Escreva um JID completo, como 4915112345678@s.whatsapp.net ou 120363000000000000@g.us, ou @g.us para todos os grupos.</translation>
  </message>
  <message>
   <source>Write a host name or address only, without scheme, port and path.</source>
   <translation>Escreva só um nome de host ou endereço, sem esquema, porta e caminho.</translation>
  </message>
  <message>
   <source>Write a number above 0.</source>
   <translation>Escreva um número acima de 0.</translation>
  </message>
  <message>
   <source>Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end.</source>
   <translation>Escreva um caminho como /gowa: letras, dígitos, pontos e hifens, sem barra no fim.</translation>
  </message>
  <message>
   <source>Write a range with its length, such as 10.0.0.0/8.</source>
   <translation>Escreva uma faixa com seu comprimento, como 10.0.0.0/8.</translation>
  </message>
  <message>
   <source>Write a shorter one.</source>
   <translation>Escreva uma mais curta.</translation>
  </message>
  <message>
   <source>Write a time with its unit, such as 30s, 5m or 48h.</source>
   <translation>Escreva um tempo com sua unidade, como 30s, 5m ou 48h.</translation>
  </message>
  <message>
   <source>Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1.</source>
   <translation>Escreva um endereço IPv6 entre colchetes, como [::1], sem porta; outros como 127.0.0.1.</translation>
  </message>
  <message>
   <source>Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this.</source>
   <translation>Escreva um endereço como 10.0.0.1 ou uma faixa como 10.0.0.0/8. O GOWA ignoraria isto.</translation>
  </message>
  <message>
   <source>Write an address such as 127.0.0.1, or the name of this computer.</source>
   <translation>Escreva um endereço como 127.0.0.1 ou o nome deste computador.</translation>
  </message>
  <message>
   <source>Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise.</source>
   <translation>Escreva uma origem com seu esquema, como https://panel.example.com, ou * para todas as páginas. Do contrário, o GOWA pararia.</translation>
  </message>
  <message>
   <source>Write digits only.</source>
   <translation>Escreva só dígitos.</translation>
  </message>
  <message>
   <source>Write file:path, such as file:storages/oauth.db.</source>
   <translation>Escreva file:caminho, como file:storages/oauth.db.</translation>
  </message>
  <message>
   <source>Write it as owner/name.</source>
   <translation>Escreva como dono/nome.</translation>
  </message>
  <message>
   <source>Write it like --keep 3.</source>
   <translation>Escreva como --keep 3.</translation>
  </message>
  <message>
   <source>Write it like -n 100.</source>
   <translation>Escreva como -n 100.</translation>
  </message>
  <message>
   <source>Write it like http://proxy.example:3128.</source>
   <translation>Escreva como http://proxy.example:3128.</translation>
  </message>
  <message>
   <source>Write it like port=8001.</source>
   <translation>Escreva como port=8001.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0, or latest.</source>
   <translation>Escreva como v9.2.0 ou latest.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0.</source>
   <translation>Escreva como v9.2.0.</translation>
  </message>
  <message>
   <source>Write it like {default}.</source>
   <translation>Escreva como {default}.</translation>
  </message>
  <message>
   <source>Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #.</source>
   <translation>Escreva postgres://usuario:senha@host:5432/nome. Na senha, escreva %2F para /, %40 para @ e %23 para #.</translation>
  </message>
  <message>
   <source>Write the full JID: {text}@s.whatsapp.net.</source>
   <translation>Escreva o JID completo: {text}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>Write the name of a file after file:, such as file:storages/whatsapp.db.</source>
   <translation>Escreva o nome de um arquivo depois de file:, como file:storages/whatsapp.db.</translation>
  </message>
  <message>
   <source>Write the name of a file, without a folder.</source>
   <translation>Escreva o nome de um arquivo, sem pasta.</translation>
  </message>
  <message>
   <source>Write true or false.</source>
   <translation>Escreva true ou false.</translation>
  </message>
  <message>
   <source>Write user:password.</source>
   <translation>Escreva usuário:senha.</translation>
  </message>
  <message>
   <source>Writes a short text where a picture or file of the history cannot be fetched any more.</source>
   <translation>Escreve um texto curto onde uma imagem ou um arquivo do histórico não pode mais ser obtido.</translation>
  </message>
  <message>
   <source>Writes every request and the WhatsApp protocol to the log. The log then holds message traffic and pairing codes.</source>
   <translation>Grava no log cada solicitação e o protocolo do WhatsApp. O log passa a conter o tráfego de mensagens e códigos de vinculação.</translation>
  </message>
  <message>
   <source>Wrote the settings of {name} to {path}.</source>
   <translation>As configurações de {name} foram gravadas em {path}.</translation>
  </message>
  <message>
   <source>Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.</source>
   <translation>{count} arquivos foram gravados em {target}. Segredos e números de telefone estão ocultos; confira antes de repassá-lo.</translation>
  </message>
  <message>
   <source>[Desktop Entry]</source>
   <translation>[Desktop Entry]</translation>
  </message>
  <message>
   <source>a damaged zip file</source>
   <translation>um arquivo zip danificado</translation>
  </message>
  <message>
   <source>a part of the system that it needs is missing</source>
   <translation>falta uma parte do sistema de que ele precisa</translation>
  </message>
  <message>
   <source>a path separator ({character})</source>
   <translation>um separador de caminho ({character})</translation>
  </message>
  <message>
   <source>a quotation mark ({character})</source>
   <translation>aspas ({character})</translation>
  </message>
  <message>
   <source>a snapshot is being restored</source>
   <translation>um instantâneo está sendo restaurado</translation>
  </message>
  <message>
   <source>a virus scanner took it away</source>
   <translation>um antivírus o retirou</translation>
  </message>
  <message>
   <source>access is denied</source>
   <translation>access is denied</translation>
  </message>
  <message>
   <source>allow it in the virus scanner</source>
   <translation>permita-o no antivírus</translation>
  </message>
  <message>
   <source>allow it to run (chmod u+x '{program}')</source>
   <translation>permita que ele seja executado (chmod u+x '{program}')</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>sempre reiniciada</translation>
  </message>
  <message>
   <source>an emoji or symbol</source>
   <translation>um emoji ou símbolo</translation>
  </message>
  <message>
   <source>an invisible control character</source>
   <translation>um caractere de controle invisível</translation>
  </message>
  <message>
   <source>an older one</source>
   <translation>um mais antigo</translation>
  </message>
  <message>
   <source>and {titles} more</source>
   <translation>e mais {titles}</translation>
  </message>
  <message>
   <source>another program</source>
   <translation>outro programa</translation>
  </message>
  <message>
   <source>any page you open in your browser can use it</source>
   <translation>qualquer página que você abrir no navegador pode usá-la</translation>
  </message>
  <message>
   <source>asked to end (SIGTERM) by another program</source>
   <translation>encerrado a pedido (SIGTERM) de outro programa</translation>
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
   <translation>integrado; não é o WhatsApp</translation>
  </message>
  <message>
   <source>changing the version</source>
   <translation>alterando a versão</translation>
  </message>
  <message>
   <source>checksum of {name}</source>
   <translation>soma de verificação de {name}</translation>
  </message>
  <message>
   <source>cut short</source>
   <translation>interrompido</translation>
  </message>
  <message>
   <source>database is locked</source>
   <translation>database is locked</translation>
  </message>
  <message>
   <source>ended by SIGQUIT</source>
   <translation>encerrado por SIGQUIT</translation>
  </message>
  <message>
   <source>ended by a bus error (SIGBUS)</source>
   <translation>encerrado por um erro de barramento (SIGBUS)</translation>
  </message>
  <message>
   <source>ended by a memory fault (SIGSEGV)</source>
   <translation>encerrado por uma falha de memória (SIGSEGV)</translation>
  </message>
  <message>
   <source>ended by an illegal instruction (SIGILL)</source>
   <translation>encerrado por uma instrução ilegal (SIGILL)</translation>
  </message>
  <message>
   <source>ended by itself (SIGABRT)</source>
   <translation>encerrado por si mesmo (SIGABRT)</translation>
  </message>
  <message>
   <source>ended by signal {number}</source>
   <translation>encerrado pelo sinal {number}</translation>
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
   <translation>arquivo para {system} em {cpu}</translation>
  </message>
  <message>
   <source>file is not a database</source>
   <translation>file is not a database</translation>
  </message>
  <message>
   <source>found in the data folder</source>
   <translation>encontrada na pasta de dados</translation>
  </message>
  <message>
   <source>frozen by a signal</source>
   <translation>congelado por um sinal</translation>
  </message>
  <message>
   <source>hung up (SIGHUP)</source>
   <translation>desligado (SIGHUP)</translation>
  </message>
  <message>
   <source>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</source>
   <translation>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</translation>
  </message>
  <message>
   <source>interrupted (SIGINT)</source>
   <translation>interrompido (SIGINT)</translation>
  </message>
  <message>
   <source>it has {to_tag} already.</source>
   <translation>já tem {to_tag}.</translation>
  </message>
  <message>
   <source>it is being deleted</source>
   <translation>está sendo excluída</translation>
  </message>
  <message>
   <source>it is being updated</source>
   <translation>está sendo atualizada</translation>
  </message>
  <message>
   <source>it is too long</source>
   <translation>é longo demais</translation>
  </message>
  <message>
   <source>it was made for another kind of computer</source>
   <translation>foi feito para outro tipo de computador</translation>
  </message>
  <message>
   <source>its data is being put back</source>
   <translation>seus dados estão sendo restaurados</translation>
  </message>
  <message>
   <source>its data is being reset</source>
   <translation>seus dados estão sendo redefinidos</translation>
  </message>
  <message>
   <source>its databases are being saved before it starts with another version</source>
   <translation>seus bancos de dados estão sendo salvos antes de iniciar com outra versão</translation>
  </message>
  <message>
   <source>its disk does not allow programs (noexec)</source>
   <translation>seu disco não permite programas (noexec)</translation>
  </message>
  <message>
   <source>its disk is read-only</source>
   <translation>seu disco é somente leitura</translation>
  </message>
  <message>
   <source>its file may not be executed</source>
   <translation>seu arquivo não pode ser executado</translation>
  </message>
  <message>
   <source>its quotation mark is never closed</source>
   <translation>suas aspas nunca são fechadas</translation>
  </message>
  <message>
   <source>key cache</source>
   <translation>cache de chaves</translation>
  </message>
  <message>
   <source>killed (signal 9)</source>
   <translation>encerrado à força (sinal 9)</translation>
  </message>
  <message>
   <source>low</source>
   <translation>baixa</translation>
  </message>
  <message>
   <source>macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.</source>
   <translation>O macOS (Gatekeeper) não deixou o GOWA ser executado, porque não é assinado por um desenvolvedor conhecido.</translation>
  </message>
  <message>
   <source>macOS keeps it in quarantine</source>
   <translation>o macOS o mantém em quarentena</translation>
  </message>
  <message>
   <source>malformed: format version</source>
   <translation>malformado: versão do formato</translation>
  </message>
  <message>
   <source>malformed: row {differing} of {watched} differs from its second writing</source>
   <translation>malformado: a linha {differing} de {watched} difere de sua segunda gravação</translation>
  </message>
  <message>
   <source>malformed: text</source>
   <translation>malformado: texto</translation>
  </message>
  <message>
   <source>malformed: the guard of the table {watched}</source>
   <translation>malformado: a proteção da tabela {watched}</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>nunca reiniciada</translation>
  </message>
  <message>
   <source>no program for any computer</source>
   <translation>nenhum programa para qualquer computador</translation>
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
   <translation>não definido</translation>
  </message>
  <message>
   <source>on every address</source>
   <translation>em todos os endereços</translation>
  </message>
  <message>
   <source>only the sign-in keeps them out</source>
   <translation>só o login os mantém fora</translation>
  </message>
  <message>
   <source>permission denied</source>
   <translation>permission denied</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>reiniciada em caso de falha</translation>
  </message>
  <message>
   <source>returning to the old version</source>
   <translation>voltando à versão antiga</translation>
  </message>
  <message>
   <source>run ended</source>
   <translation>fim da execução</translation>
  </message>
  <message>
   <source>run starts</source>
   <translation>início da execução</translation>
  </message>
  <message>
   <source>saving a snapshot</source>
   <translation>salvando um instantâneo</translation>
  </message>
  <message>
   <source>the account …{number}</source>
   <translation>a conta …{number}</translation>
  </message>
  <message>
   <source>the kernel refused socket diagnostics</source>
   <translation>o kernel recusou o diagnóstico de sockets</translation>
  </message>
  <message>
   <source>the server</source>
   <translation>o servidor</translation>
  </message>
  <message>
   <source>the system does not allow it to run</source>
   <translation>o sistema não permite executá-lo</translation>
  </message>
  <message>
   <source>unable to open</source>
   <translation>unable to open</translation>
  </message>
  <message>
   <source>unknown version</source>
   <translation>versão desconhecida</translation>
  </message>
  <message>
   <source>unwanted software</source>
   <translation>unwanted software</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>nome de usuário</translation>
  </message>
  <message>
   <source>waiting for something to happen</source>
   <translation>aguardando que algo aconteça</translation>
  </message>
  <message>
   <source>waiting for the disk</source>
   <translation>aguardando o disco</translation>
  </message>
  <message>
   <source>while GOWA Desktop did not run</source>
   <translation>enquanto o GOWA Desktop não estava em execução</translation>
  </message>
  <message>
   <source>{arrived} of {asset} MB</source>
   <translation>{arrived} de {asset} MB</translation>
  </message>
  <message>
   <source>{cause_text} It could not be made as it was: {error}</source>
   <translation>{cause_text} Não foi possível deixá-la como estava: {error}</translation>
  </message>
  <message>
   <source>{cause_text} It is as it was.</source>
   <translation>{cause_text} Está como estava.</translation>
  </message>
  <message>
   <source>{count} bytes are left out: the log grew faster than it may be kept</source>
   <translation>{count} bytes foram omitidos: o log cresceu mais rápido do que pode ser guardado</translation>
  </message>
  <message>
   <source>{count} instances crashed and were started again</source>
   <translation>{count} instâncias caíram e foram iniciadas de novo</translation>
  </message>
  <message>
   <source>{count} instances stay down</source>
   <translation>{count} instâncias ficam paradas</translation>
  </message>
  <message>
   <source>{count} limits are exceeded</source>
   <translation>{count} limites foram excedidos</translation>
  </message>
  <message>
   <source>{count} messages about WhatsApp</source>
   <translation>{count} mensagens sobre o WhatsApp</translation>
  </message>
  <message>
   <source>{count} new versions</source>
   <translation>{count} novas versões</translation>
  </message>
  <message>
   <source>{count} problems around GOWA Desktop</source>
   <translation>{count} problemas em torno do GOWA Desktop</translation>
  </message>
  <message>
   <source>{count} tasks are finished</source>
   <translation>{count} tarefas terminaram</translation>
  </message>
  <message>
   <source>{file_count} files of {name} are gone, {freed} MB are free again.</source>
   <translation>{file_count} arquivos de {name} foram removidos; {freed} MB estão livres de novo.</translation>
  </message>
  <message>
   <source>{file_count} files of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>{file_count} arquivos de {name} com {size} MB seriam removidos. Acrescente --yes para fazer isso.</translation>
  </message>
  <message>
   <source>{file} cannot be changed: {strerror}.</source>
   <translation>{file} não pode ser alterado: {strerror}.</translation>
  </message>
  <message>
   <source>{first} to {second} is no range.</source>
   <translation>{first} a {second} não é uma faixa.</translation>
  </message>
  <message>
   <source>{group} {group2} answered with {status} in {group3}{told}</source>
   <translation>{group} {group2} respondeu com {status} em {group3}{told}</translation>
  </message>
  <message>
   <source>{host} answers no more questions from this connection until {until}.</source>
   <translation>{host} não responde a mais consultas desta conexão até {until}.</translation>
  </message>
  <message>
   <source>{host} cannot be reached.</source>
   <translation>Não é possível acessar {host}.</translation>
  </message>
  <message>
   <source>{host} cannot prove that it is what it says: its certificate is not trusted.</source>
   <translation>{host} não consegue provar que é o que diz ser: seu certificado não é confiável.</translation>
  </message>
  <message>
   <source>{host} has a fault of its own for now (HTTP {status}).</source>
   <translation>{host} está com uma falha própria no momento (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} has nothing at this address.</source>
   <translation>{host} não tem nada neste endereço.</translation>
  </message>
  <message>
   <source>{host} has stopped answering.</source>
   <translation>{host} parou de responder.</translation>
  </message>
  <message>
   <source>{host} refuses (HTTP {status}).</source>
   <translation>{host} recusa (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} refuses the token.</source>
   <translation>{host} recusa o token.</translation>
  </message>
  <message>
   <source>{host} sent something else than {name}.</source>
   <translation>{host} enviou algo diferente de {name}.</translation>
  </message>
  <message>
   <source>{key} was changed</source>
   <translation>{key} foi alterada</translation>
  </message>
  <message>
   <source>{key} was {old}, is {new}</source>
   <translation>{key} era {old}, agora é {new}</translation>
  </message>
  <message>
   <source>{key}: a sign-in needs a user and a password.</source>
   <translation>{key}: um login precisa de usuário e senha.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is neither true nor false.</source>
   <translation>{key}: “{text}” não é true nem false.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is no whole number.</source>
   <translation>{key}: “{text}” não é um número inteiro.</translation>
  </message>
  <message>
   <source>{message} {share} have arrived and are kept.</source>
   <translation>{message} {share} chegaram e foram guardados.</translation>
  </message>
  <message>
   <source>{name} cannot be read.</source>
   <translation>{name} não pode ser lido.</translation>
  </message>
  <message>
   <source>{name} cannot do this now: {reason}.</source>
   <translation>{name} não pode fazer isso agora: {reason}.</translation>
  </message>
  <message>
   <source>{name} crashed and was started again</source>
   <translation>{name} caiu e foi iniciada de novo</translation>
  </message>
  <message>
   <source>{name} does not contain a GOWA program named {wanted}.</source>
   <translation>{name} não contém um programa GOWA chamado {wanted}.</translation>
  </message>
  <message>
   <source>{name} has an option of its own: set “{label}” instead.</source>
   <translation>{name} tem uma opção própria: defina “{label}” em vez disso.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v7, which {tag} would damage.</source>
   <translation>{name} tem conversas do GOWA v7, que o {tag} danificaria.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v8 or later, which {tag} cannot write.</source>
   <translation>{name} tem conversas do GOWA v8 ou posterior, que o {tag} não consegue gravar.</translation>
  </message>
  <message>
   <source>{name} has no snapshot {snapshot_id}.</source>
   <translation>{name} não tem o instantâneo {snapshot_id}.</translation>
  </message>
  <message>
   <source>{name} has the data of {id} again.</source>
   <translation>{name} tem de novo os dados de {id}.</translation>
  </message>
  <message>
   <source>{name} held {value} of memory on average for {minutes} min; the limit is {limit}. Look at its chart, or restart it.</source>
   <translation>{name} ocupou {value} de memória em média durante {minutes} min; o limite é {limit}. Veja o gráfico dela ou reinicie-a.</translation>
  </message>
  <message>
   <source>{name} is being cleaned up already.</source>
   <translation>{name} já está sendo limpa.</translation>
  </message>
  <message>
   <source>{name} is being worked on.</source>
   <translation>{name} tem um trabalho em andamento.</translation>
  </message>
  <message>
   <source>{name} is deleted for good.</source>
   <translation>{name} foi excluída definitivamente.</translation>
  </message>
  <message>
   <source>{name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {key}</source>
   <translation>{name} foi excluída. Por 7 dias pode ser recuperada com: gowa-desktop trash restore {key}</translation>
  </message>
  <message>
   <source>{name} is for another kind of computer ({others}); this one needs {wanted}.</source>
   <translation>{name} é para outro tipo de computador ({others}); este precisa de {wanted}.</translation>
  </message>
  <message>
   <source>{name} is not what the release says: its SHA-256 checksum differs.</source>
   <translation>{name} não é o que o lançamento informa: sua soma de verificação SHA-256 difere.</translation>
  </message>
  <message>
   <source>{name} is packed in an unusual way.</source>
   <translation>{name} está compactado de forma incomum.</translation>
  </message>
  <message>
   <source>{name} is put back, stopped, on port {port}.</source>
   <translation>{name} foi restaurada, parada, na porta {port}.</translation>
  </message>
  <message>
   <source>{name} is running on {base_url}.</source>
   <translation>{name} está em execução em {base_url}.</translation>
  </message>
  <message>
   <source>{name} is stopped.</source>
   <translation>{name} está parada.</translation>
  </message>
  <message>
   <source>{name} is too large to be GOWA.</source>
   <translation>{name} é grande demais para ser o GOWA.</translation>
  </message>
  <message>
   <source>{name} stays down</source>
   <translation>{name} fica parada</translation>
  </message>
  <message>
   <source>{name} used {value} % of a core on average for {minutes} min; the limit is {limit} %. Look at its log, or restart it.</source>
   <translation>{name} usou {value} % de um núcleo em média durante {minutes} min; o limite é {limit} %. Veja o log dela ou reinicie-a.</translation>
  </message>
  <message>
   <source>{name}: large folder</source>
   <translation>{name}: pasta grande</translation>
  </message>
  <message>
   <source>{name}: much CPU</source>
   <translation>{name}: muita CPU</translation>
  </message>
  <message>
   <source>{name}: much memory</source>
   <translation>{name}: muita memória</translation>
  </message>
  <message>
   <source>{name}: nothing to change.</source>
   <translation>{name}: nada a alterar.</translation>
  </message>
  <message>
   <source>{name}: updated to {to_tag}. {sentence}</source>
   <translation>{name}: atualizada para {to_tag}. {sentence}</translation>
  </message>
  <message>
   <source>{name}: {label} is skipped. {reason}</source>
   <translation>{name}: {label} é ignorado. {reason}</translation>
  </message>
  <message>
   <source>{out} {out2} paired but not logged in, as before the update.</source>
   <translation>{out} {out2} com vinculação, mas sem conexão, como antes da atualização.</translation>
  </message>
  <message>
   <source>{path} is no file.</source>
   <translation>{path} não é um arquivo.</translation>
  </message>
  <message>
   <source>{port} is no port.</source>
   <translation>{port} não é uma porta.</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again, but it does not start: {error}</source>
   <translation>{reason} Está de novo com {from_tag} e seus dados anteriores, mas não inicia: {error}</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again.{pinned}</source>
   <translation>{reason} Está de novo com {from_tag} e seus dados anteriores.{pinned}</translation>
  </message>
  <message>
   <source>{reason} The way back failed, too: {error} Its snapshot is {snapshot_id}.</source>
   <translation>{reason} A volta também falhou: {error} O instantâneo dela é {snapshot_id}.</translation>
  </message>
  <message>
   <source>{returned} returned to the old version</source>
   <translation>{returned} de volta à versão antiga</translation>
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
   <translation>{sentence} Está em execução de novo.</translation>
  </message>
  <message>
   <source>{shown} are free on the disk of the data folder {root}.</source>
   <translation>{shown} estão livres no disco da pasta de dados {root}.</translation>
  </message>
  <message>
   <source>{source_name} is for {found} on {found2}; this computer is {system} on {cpu_name}.</source>
   <translation>{source_name} é para {found} em {found2}; este computador é {system} em {cpu_name}.</translation>
  </message>
  <message>
   <source>{stale_keys_warning} Nothing was done.</source>
   <translation>{stale_keys_warning} Nada foi feito.</translation>
  </message>
  <message>
   <source>{untouched} not touched</source>
   <translation>{untouched} não alteradas</translation>
  </message>
  <message>
   <source>{updated} of {rows} updated to {to_tag}</source>
   <translation>{updated} de {rows} atualizadas para {to_tag}</translation>
  </message>
  <message>
   <source>{url} leads away to an address that is not safe.</source>
   <translation>{url} leva a um endereço que não é seguro.</translation>
  </message>
  <message>
   <source>{url} sends from one address to the next without end.</source>
   <translation>{url} encaminha de um endereço a outro sem fim.</translation>
  </message>
  <message>
   <source>{url} sent far more than expected.</source>
   <translation>{url} enviou muito mais do que o esperado.</translation>
  </message>
  <message>
   <source>{value} % of the disk are free; the limit is {limit} %. Free some space, or clean up media.</source>
   <translation>{value} % do disco estão livres; o limite é {limit} %. Libere espaço ou limpe a mídia.</translation>
  </message>
  <message>
   <source>{value} is out of range.</source>
   <translation>{value} está fora da faixa.</translation>
  </message>
  <message>
   <source>{what} without being asked to: most likely WhatsApp gave this session to another client. Make sure the same account does not run elsewhere, then start it again.</source>
   <translation>{what} sem que isso fosse pedido: muito provavelmente o WhatsApp passou esta sessão a outro cliente. Verifique se a mesma conta não está em execução em outro lugar e depois inicie de novo.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines and start it again.</source>
   <translation>{what}. Veja suas últimas linhas e inicie de novo.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines, then start it again.</source>
   <translation>{what}. Veja suas últimas linhas e depois inicie de novo.</translation>
  </message>
  <message>
   <source>{word} was {get}, is {get2}</source>
   <translation>{word} era {get}, agora é {get2}</translation>
  </message>
  <message>
   <source>“available” stops notifications on the phone. “none” says nothing; contacts may then see no name.</source>
   <translation>“available” silencia as notificações no celular. “none” não informa nada; os contatos podem então não ver nenhum nome.</translation>
  </message>
  <message>
   <source>“{assignment}” is no setting.</source>
   <translation>“{assignment}” não é uma configuração.</translation>
  </message>
  <message>
   <source>“{key}” must be a list of texts.</source>
   <translation>“{key}” precisa ser uma lista de textos.</translation>
  </message>
  <message>
   <source>“{key}” must be a whole number.</source>
   <translation>“{key}” precisa ser um número inteiro.</translation>
  </message>
  <message>
   <source>“{name}” cannot read its chats</source>
   <translation>“{name}” não consegue ler suas conversas</translation>
  </message>
  <message>
   <source>“{name}” does not use its proxy</source>
   <translation>“{name}” não usa seu proxy</translation>
  </message>
  <message>
   <source>“{name}” has a sign-in that is written wrongly</source>
   <translation>“{name}” tem um login escrito de forma incorreta</translation>
  </message>
  <message>
   <source>“{name}” is too old for WhatsApp</source>
   <translation>“{name}” é antiga demais para o WhatsApp</translation>
  </message>
  <message>
   <source>“{name}” was logged out of WhatsApp</source>
   <translation>“{name}” foi desconectada do WhatsApp</translation>
  </message>
  <message>
   <source>“{pattern}” is no regular expression: {reason}.</source>
   <translation>“{pattern}” não é uma expressão regular: {reason}.</translation>
  </message>
  <message>
   <source>“{shown}” is not possible here.</source>
   <translation>“{shown}” não é possível aqui.</translation>
  </message>
  <message>
   <source>“{strip}” is no web address.</source>
   <translation>“{strip}” não é um endereço web.</translation>
  </message>
  <message>
   <source>“{strip}” is not a GOWA version.</source>
   <translation>“{strip}” não é uma versão do GOWA.</translation>
  </message>
  <message>
   <source>“{text}” cannot be a tag.</source>
   <translation>“{text}” não pode ser uma etiqueta.</translation>
  </message>
  <message>
   <source>“{text}” is not possible here.</source>
   <translation>“{text}” não é possível aqui.</translation>
  </message>
  <message>
   <source>“{value}” is no name of an environment variable. Use letters, digits and underscores.</source>
   <translation>“{value}” não é um nome de variável de ambiente. Use letras, dígitos e sublinhados.</translation>
  </message>
 </context>
 <context>
  <name>SettingRow</name>
  <message>
   <source>Back to the default: {title}</source>
   <translation>Voltar ao padrão: {title}</translation>
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>No setting fits these words.</source>
   <translation>Nenhuma configuração corresponde a estas palavras.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Search in the settings</source>
   <translation>Buscar nas configurações</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Seções</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Configurações</translation>
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
   <translation>&amp;Instâncias que iniciam ao mesmo tempo</translation>
  </message>
  <message>
   <source>&amp;Language</source>
   <translation>&amp;Idioma</translation>
  </message>
  <message>
   <source>&amp;Log of each instance</source>
   <translation>&amp;Log de cada instância</translation>
  </message>
  <message>
   <source>&amp;Look for new versions once a day</source>
   <translation>&amp;Procurar novas versões uma vez por dia</translation>
  </message>
  <message>
   <source>&amp;No proxy</source>
   <translation>Sem &amp;proxy</translation>
  </message>
  <message>
   <source>&amp;Ports for new instances</source>
   <translation>&amp;Portas para novas instâncias</translation>
  </message>
  <message>
   <source>&amp;Quiet from</source>
   <translation>&amp;Silêncio de</translation>
  </message>
  <message>
   <source>&amp;Reduce motion</source>
   <translation>&amp;Reduzir movimento</translation>
  </message>
  <message>
   <source>&amp;Snapshots kept of each instance</source>
   <translation>Instantâneos &amp;mantidos de cada instância</translation>
  </message>
  <message>
   <source>&amp;Theme</source>
   <translation>&amp;Tema</translation>
  </message>
  <message>
   <source>&amp;Try a given-up instance again every {minutes} minutes</source>
   <translation>&amp;Tentar de novo uma instância abandonada a cada {minutes} minutos</translation>
  </message>
  <message>
   <source>&amp;Urgent ones come all the same</source>
   <translation>As &amp;urgentes aparecem mesmo assim</translation>
  </message>
  <message>
   <source>A longer time spares the battery. Charts keep their gaps small.</source>
   <translation>Um tempo maior poupa a bateria. Os gráficos mantêm intervalos pequenos.</translation>
  </message>
  <message>
   <source>A new instance gets the first free one. From {first} to {last}.</source>
   <translation>Uma nova instância recebe a primeira livre. De {first} a {last}.</translation>
  </message>
  <message>
   <source>A new version is there</source>
   <translation>Há uma nova versão</translation>
  </message>
  <message>
   <source>A shorter time shows more.</source>
   <translation>Um tempo menor mostra mais.</translation>
  </message>
  <message>
   <source>An instance ended and is started again</source>
   <translation>Uma instância encerrou e é iniciada de novo</translation>
  </message>
  <message>
   <source>An instance is given up</source>
   <translation>Uma instância é abandonada</translation>
  </message>
  <message>
   <source>An updated instance is &amp;watched for</source>
   <translation>Uma instância atualizada é &amp;observada por</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Aparência</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Como o sistema</translation>
  </message>
  <message>
   <source>Ask each time</source>
   <translation>Perguntar sempre</translation>
  </message>
  <message>
   <source>CPU, memory or a folder is above a limit</source>
   <translation>CPU, memória ou uma pasta está acima de um limite</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Escuro</translation>
  </message>
  <message>
   <source>Downloads</source>
   <translation>Downloads</translation>
  </message>
  <message>
   <source>Errors only</source>
   <translation>Somente erros</translation>
  </message>
  <message>
   <source>Everything, for a search for faults</source>
   <translation>Tudo, para procurar falhas</translation>
  </message>
  <message>
   <source>First port</source>
   <translation>Primeira porta</translation>
  </message>
  <message>
   <source>GOWA &amp;Desktop's own log</source>
   <translation>Log próprio do GOWA &amp;Desktop</translation>
  </message>
  <message>
   <source>General</source>
   <translation>Geral</translation>
  </message>
  <message>
   <source>GitHub &amp;token</source>
   <translation>&amp;Token do GitHub</translation>
  </message>
  <message>
   <source>GitHub, or a mirror that answers like it. Empty means GitHub.</source>
   <translation>O GitHub, ou um espelho que responda como ele. Vazio significa GitHub.</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Alto contraste</translation>
  </message>
  <message>
   <source>High contrast is as bright or dark as the system.</source>
   <translation>O alto contraste é claro ou escuro como o sistema.</translation>
  </message>
  <message>
   <source>Holds at once.</source>
   <translation>Vale imediatamente.</translation>
  </message>
  <message>
   <source>In the tray, or in the task bar where there is no tray.</source>
   <translation>Na bandeja, ou na barra de tarefas quando não há bandeja.</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instâncias</translation>
  </message>
  <message>
   <source>Instances that are left running are found again at the next start.</source>
   <translation>As instâncias deixadas em execução são reencontradas no próximo início.</translation>
  </message>
  <message>
   <source>Instances updated at a &amp;time</source>
   <translation>Instâncias atualizadas ao mesmo &amp;tempo</translation>
  </message>
  <message>
   <source>It must be well for so long, or it returns to its old version and snapshot.</source>
   <translation>Precisa ficar bem por esse tempo, ou volta à versão antiga e ao instantâneo.</translation>
  </message>
  <message>
   <source>Keep running in the tray</source>
   <translation>Continuar em execução na bandeja</translation>
  </message>
  <message>
   <source>Last port</source>
   <translation>Última porta</translation>
  </message>
  <message>
   <source>Leave instances running</source>
   <translation>Deixar instâncias em execução</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Claro</translation>
  </message>
  <message>
   <source>Log files</source>
   <translation>Arquivos de log</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Logs</translation>
  </message>
  <message>
   <source>Long work is finished</source>
   <translation>Um trabalho longo terminou</translation>
  </message>
  <message>
   <source>Menus open at once and the cursor does not blink. Off, as the system has it.</source>
   <translation>Os menus abrem de imediato e o cursor não pisca. Desativado, segue o sistema.</translation>
  </message>
  <message>
   <source>Monitoring</source>
   <translation>Monitoramento</translation>
  </message>
  <message>
   <source>Nothing pops up then; it is in the list in the window.</source>
   <translation>Nesse período nada aparece na tela; fica na lista da janela.</translation>
  </message>
  <message>
   <source>Notifications</source>
   <translation>Notificações</translation>
  </message>
  <message>
   <source>One goes first alone. Only when it is well, the others follow in groups of this size.</source>
   <translation>Uma vai primeiro, sozinha. Só quando ela está bem seguem as outras, em grupos deste tamanho.</translation>
  </message>
  <message>
   <source>One is made before every change of version. The oldest go first.</source>
   <translation>Um é criado antes de cada mudança de versão. Os mais antigos saem primeiro.</translation>
  </message>
  <message>
   <source>One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.</source>
   <translation>Uma que falhou {count} vezes em {minutes} minutos é abandonada. Desativado, fica parada até você iniciá-la.</translation>
  </message>
  <message>
   <source>Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions.</source>
   <translation>Opcional. Aumenta o limite do GitHub de 60 para 5000 solicitações por hora. Não precisa de permissões.</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Proxy address</source>
   <translation>Endereço do proxy</translation>
  </message>
  <message>
   <source>Quiet from</source>
   <translation>Silêncio de</translation>
  </message>
  <message>
   <source>Quiet hours</source>
   <translation>Horário de silêncio</translation>
  </message>
  <message>
   <source>Quiet until</source>
   <translation>Silêncio até</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Sair</translation>
  </message>
  <message>
   <source>Release &amp;server</source>
   <translation>&amp;Servidor de lançamentos</translation>
  </message>
  <message>
   <source>Show the token</source>
   <translation>Mostrar o token</translation>
  </message>
  <message>
   <source>Size of a log file</source>
   <translation>Tamanho de um arquivo de log</translation>
  </message>
  <message>
   <source>Start &amp;minimised</source>
   <translation>Iniciar &amp;minimizado</translation>
  </message>
  <message>
   <source>Stop all instances</source>
   <translation>Parar todas as instâncias</translation>
  </message>
  <message>
   <source>Such as an instance that is given up.</source>
   <translation>Como uma instância abandonada.</translation>
  </message>
  <message>
   <source>Tell me when</source>
   <translation>Avisar quando</translation>
  </message>
  <message>
   <source>The disk is nearly full</source>
   <translation>O disco está quase cheio</translation>
  </message>
  <message>
   <source>The oldest file goes when there is one too many.</source>
   <translation>O arquivo mais antigo sai quando há um a mais.</translation>
  </message>
  <message>
   <source>The window opens anew in it.</source>
   <translation>A janela abre de novo nesse idioma.</translation>
  </message>
  <message>
   <source>This &amp;proxy:</source>
   <translation>Este &amp;proxy:</translation>
  </message>
  <message>
   <source>Use the s&amp;ystem's proxy</source>
   <translation>Usar o proxy do s&amp;istema</translation>
  </message>
  <message>
   <source>Versions and updates</source>
   <translation>Versões e atualizações</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Avisos e erros</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>O que acontece</translation>
  </message>
  <message>
   <source>What is off is neither shown nor listed.</source>
   <translation>O que está desativado não é mostrado nem listado.</translation>
  </message>
  <message>
   <source>WhatsApp needs you, as after a logout</source>
   <translation>O WhatsApp precisa de você, como após uma desconexão</translation>
  </message>
  <message>
   <source>When the program &amp;quits</source>
   <translation>Ao &amp;sair do programa</translation>
  </message>
  <message>
   <source>When the program starts. More is faster, and asks more of the computer at once.</source>
   <translation>Quando o programa inicia. Mais é mais rápido e exige mais do computador de uma vez.</translation>
  </message>
  <message>
   <source>When the window is &amp;closed</source>
   <translation>Ao &amp;fechar a janela</translation>
  </message>
  <message>
   <source>While it is in the &amp;tray, every</source>
   <translation>Enquanto está na &amp;bandeja, a cada</translation>
  </message>
  <message>
   <source>While the &amp;window is shown, read CPU and memory every</source>
   <translation>Enquanto a &amp;janela é mostrada, ler CPU e memória a cada</translation>
  </message>
  <message>
   <source>Without a tray, the window stays in the task bar.</source>
   <translation>Sem bandeja, a janela fica na barra de tarefas.</translation>
  </message>
  <message>
   <source>You are told in the status line. Nothing is installed or updated without you.</source>
   <translation>Você é avisado na linha de status. Nada é instalado ou atualizado sem você.</translation>
  </message>
  <message>
   <source>in each of so many files:</source>
   <translation>em cada um de tantos arquivos:</translation>
  </message>
  <message>
   <source>to</source>
   <translation>até</translation>
  </message>
 </context>
 <context>
  <name>ShortcutKeeper</name>
  <message>
   <source>Take it together with Ctrl or Alt.</source>
   <translation>Use-a junto com Ctrl ou Alt.</translation>
  </message>
  <message>
   <source>{keys} is needed for typing.</source>
   <translation>{keys} é necessária para digitar.</translation>
  </message>
  <message>
   <source>{keys} leads through the window.</source>
   <translation>{keys} percorre a janela.</translation>
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
   <translation>&amp;Novas teclas</translation>
  </message>
  <message>
   <source>Action</source>
   <translation>Ação</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>Ações e suas teclas</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Default keys</source>
   <translation>Teclas padrão</translation>
  </message>
  <message>
   <source>Default keys for all</source>
   <translation>Teclas padrão para todas</translation>
  </message>
  <message>
   <source>Default: {keys}</source>
   <translation>Padrão: {keys}</translation>
  </message>
  <message>
   <source>In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.</source>
   <translation>Na lista de instâncias: Enter abre, Espaço inicia ou para, Esc limpa a busca. Tab avança, Shift+Tab volta.</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Atalhos de teclado</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Teclas</translation>
  </message>
  <message>
   <source>New keys</source>
   <translation>Novas teclas</translation>
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation>Buscar ações e teclas</translation>
  </message>
  <message>
   <source>Use these keys</source>
   <translation>Usar estas teclas</translation>
  </message>
  <message>
   <source>none</source>
   <translation>nenhum</translation>
  </message>
  <message>
   <source>{names} has these keys now and would be left without.</source>
   <translation>{names} tem estas teclas agora e ficaria sem nenhuma.</translation>
  </message>
  <message>
   <source>{name} would have no keys.</source>
   <translation>{name} ficaria sem teclas.</translation>
  </message>
 </context>
 <context>
  <name>SnapshotModel</name>
  <message>
   <source>Made</source>
   <translation>Criado</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamanho</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Por quê</translation>
  </message>
  <message>
   <source>{reason} (in the trash)</source>
   <translation>{reason} (na lixeira)</translation>
  </message>
 </context>
 <context>
  <name>SnapshotTableView</name>
  <message>
   <source>Snapshots</source>
   <translation>Instantâneos</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>ontem, 00:00</translation>
  </message>
 </context>
 <context>
  <name>SnapshotsDialog</name>
  <message>
   <source>&amp;Delete…</source>
   <translation>&amp;Excluir…</translation>
  </message>
  <message>
   <source>&amp;Make one now</source>
   <translation>&amp;Criar um agora</translation>
  </message>
  <message>
   <source>&amp;Restore…</source>
   <translation>&amp;Restaurar…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Copies of its databases: pairing, keys, chats and messages. Media files are not in them.</source>
   <translation>Cópias dos bancos de dados: vinculação, chaves, conversas e mensagens. Os arquivos de mídia não estão incluídos.</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Excluir</translation>
  </message>
  <message>
   <source>Delete the snapshot of {date}?</source>
   <translation>Excluir o instantâneo de {date}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Excluindo</translation>
  </message>
  <message>
   <source>Its {size} are freed. It cannot be brought back.</source>
   <translation>Seus {size} são liberados. Não é possível recuperá-la.</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Criado manualmente</translation>
  </message>
  <message>
   <source>Making a snapshot</source>
   <translation>Criando um instantâneo</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Restaurar</translation>
  </message>
  <message>
   <source>Restore {name} as it was on {date}?</source>
   <translation>Restaurar {name} como estava em {date}?</translation>
  </message>
  <message>
   <source>Restoring</source>
   <translation>Restaurando</translation>
  </message>
  <message>
   <source>Snapshots of {name}</source>
   <translation>Instantâneos de {name}</translation>
  </message>
  <message>
   <source>The newest {count} are kept. Change that in Settings.</source>
   <translation>Os {count} mais recentes são mantidos. Altere isso em Configurações.</translation>
  </message>
  <message>
   <source>The snapshot could not be deleted</source>
   <translation>Não foi possível excluir o instantâneo</translation>
  </message>
  <message>
   <source>The snapshot could not be made</source>
   <translation>Não foi possível criar o instantâneo</translation>
  </message>
  <message>
   <source>The snapshot could not be restored</source>
   <translation>Não foi possível restaurar o instantâneo</translation>
  </message>
  <message>
   <source>The snapshot is deleted.</source>
   <translation>O instantâneo foi excluído.</translation>
  </message>
  <message>
   <source>The snapshot is made.</source>
   <translation>O instantâneo foi criado.</translation>
  </message>
  <message>
   <source>The snapshot is restored.</source>
   <translation>O instantâneo foi restaurado.</translation>
  </message>
  <message>
   <source>There is no snapshot yet. One is made before every change of version, or when you ask for it.</source>
   <translation>Ainda não há instantâneos. Um é criado antes de cada mudança de versão ou quando você pedir.</translation>
  </message>
  <message>
   <source>{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is saved first, as a snapshot of its own.</source>
   <translation>{name} recebe a vinculação, as conversas e as mensagens daquele momento. Se estiver em execução, é parada e iniciada de novo. O que há agora é salvo antes, em um instantâneo próprio.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} no total.</translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Do not mention this version again</source>
   <translation>Não mencionar mais esta versão</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versões do GOWA</translation>
  </message>
  <message>
   <source>GOWA {version}</source>
   <translation>GOWA {version}</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progresso</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>O que há de novo</translation>
  </message>
  <message>
   <source>What is under way</source>
   <translation>O que está em andamento</translation>
  </message>
 </context>
 <context>
  <name>StopProgress</name>
  <message>
   <source>Don't quit</source>
   <translation>Não sair</translation>
  </message>
  <message>
   <source>Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.</source>
   <translation>Cada uma pode levar até 20 segundos para terminar o que está fazendo. O programa encerra quando todas tiverem parado.</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progresso</translation>
  </message>
  <message>
   <source>Quit anyway</source>
   <translation>Sair mesmo assim</translation>
  </message>
  <message>
   <source>Stopping your instances</source>
   <translation>Parando suas instâncias</translation>
  </message>
  <message>
   <source>{done} of {count} stopped</source>
   <translation>{done} de {count} paradas</translation>
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
   <translation>Reiniciar &amp;sempre</translation>
  </message>
  <message>
   <source>&amp;Limit its memory to</source>
   <translation>&amp;Limitar a memória a</translation>
  </message>
  <message>
   <source>&amp;Never restart</source>
   <translation>&amp;Nunca reiniciar</translation>
  </message>
  <message>
   <source>After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client.</source>
   <translation>Depois de uma queda ou travamento. Não quando encerrou sem falha, como quando o WhatsApp passou a sessão a outro cliente.</translation>
  </message>
  <message>
   <source>Gives way to other programs.</source>
   <translation>Dá preferência a outros programas.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Fica parada até você iniciá-la.</translation>
  </message>
  <message>
   <source>It takes {memory} now.</source>
   <translation>Usa {memory} agora.</translation>
  </message>
  <message>
   <source>Like any other program.</source>
   <translation>Como qualquer outro programa.</translation>
  </message>
  <message>
   <source>Lo&amp;w</source>
   <translation>Bai&amp;xa</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
  </message>
  <message>
   <source>Memory limit in megabytes</source>
   <translation>Limite de memória em megabytes</translation>
  </message>
  <message>
   <source>N&amp;ormal</source>
   <translation>N&amp;ormal</translation>
  </message>
  <message>
   <source>Over it for 10 seconds, it is restarted gracefully, at most once an hour.</source>
   <translation>Acima disso por 10 segundos, é reiniciada de forma ordenada, no máximo uma vez por hora.</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioridade</translation>
  </message>
  <message>
   <source>Restart on &amp;failure (default)</source>
   <translation>Reiniciar após &amp;falha (padrão)</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Supervision of {count} instances</source>
   <translation>Supervisão de {count} instâncias</translation>
  </message>
  <message>
   <source>Supervision of {name}</source>
   <translation>Supervisão de {name}</translation>
  </message>
  <message>
   <source>They differ now; left so, each keeps its own.</source>
   <translation>Agora são diferentes; se ficar assim, cada uma mantém a sua.</translation>
  </message>
  <message>
   <source>Whatever the reason. If another client took its session, the two will throw each other out.</source>
   <translation>Seja qual for o motivo. Se outro cliente assumiu a sessão, os dois vão se desconectar um ao outro.</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Quando encerra sozinha</translation>
  </message>
 </context>
 <context>
  <name>TagChip</name>
  <message>
   <source>Show all with the tag {tag}</source>
   <translation>Mostrar todas com a etiqueta {tag}</translation>
  </message>
 </context>
 <context>
  <name>TagsDialog</name>
  <message>
   <source>&amp;Add</source>
   <translation>&amp;Adicionar</translation>
  </message>
  <message>
   <source>New tag</source>
   <translation>Nova etiqueta</translation>
  </message>
  <message>
   <source>New tag, several with commas</source>
   <translation>Nova etiqueta; várias, com vírgulas</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Etiquetas</translation>
  </message>
  <message>
   <source>Tags of {count} instances</source>
   <translation>Etiquetas de {count} instâncias</translation>
  </message>
  <message>
   <source>Tags of {name}</source>
   <translation>Etiquetas de {name}</translation>
  </message>
  <message>
   <source>There are no tags yet. Write one above.</source>
   <translation>Ainda não há etiquetas. Escreva uma acima.</translation>
  </message>
 </context>
 <context>
  <name>TemplatesDialog</name>
  <message>
   <source>A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.</source>
   <translation>Um modelo é um conjunto de configurações com um nome. Ao ser aplicado, define estas e deixa todo o resto como está.</translation>
  </message>
  <message>
   <source>Apply to {count} instances…</source>
   <translation>Aplicar a {count} instâncias…</translation>
  </message>
  <message>
   <source>Apply to {name}…</source>
   <translation>Aplicar a {name}…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Excluir</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Renomear</translation>
  </message>
  <message>
   <source>Save from an instance…</source>
   <translation>Salvar de uma instância…</translation>
  </message>
  <message>
   <source>Save from {name}…</source>
   <translation>Salvar de {name}…</translation>
  </message>
  <message>
   <source>Templates</source>
   <translation>Modelos</translation>
  </message>
  <message>
   <source>There are no templates yet.</source>
   <translation>Ainda não há modelos.</translation>
  </message>
  <message>
   <source>What the template sets</source>
   <translation>O que o modelo define</translation>
  </message>
 </context>
 <context>
  <name>TextDialogs</name>
  <message>
   <source>Diagnostics file</source>
   <translation>Arquivo de diagnóstico</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop</source>
   <translation>Algo deu errado dentro do GOWA Desktop</translation>
  </message>
  <message>
   <source>This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.</source>
   <translation>É isto que o arquivo vai conter. Segredos, números de telefone e seu nome de usuário ficam ocultos; leia-o antes de repassá-lo.</translation>
  </message>
  <message>
   <source>Your instances go on running. Copy the details when you report it; secrets are hidden in them.</source>
   <translation>Suas instâncias continuam em execução. Copie os detalhes ao relatar o problema; os segredos ficam ocultos neles.</translation>
  </message>
 </context>
 <context>
  <name>TrashDialog</name>
  <message>
   <source>&amp;Delete for good…</source>
   <translation>&amp;Excluir definitivamente…</translation>
  </message>
  <message>
   <source>&amp;Empty the trash…</source>
   <translation>&amp;Esvaziar a lixeira…</translation>
  </message>
  <message>
   <source>&amp;Restore</source>
   <translation>&amp;Restaurar</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Delete for good</source>
   <translation>Excluir definitivamente</translation>
  </message>
  <message>
   <source>Delete {who} for good?</source>
   <translation>Excluir {who} definitivamente?</translation>
  </message>
  <message>
   <source>The trash is empty.</source>
   <translation>A lixeira está vazia.</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Lixeira</translation>
  </message>
  <message>
   <source>What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.</source>
   <translation>O que foi excluído ou redefinido fica aqui por 7 dias: configurações, sessão do WhatsApp, mensagens e mídia.</translation>
  </message>
  <message>
   <source>WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.</source>
   <translation>A sessão do WhatsApp, as mensagens, a mídia e as configurações são excluídas agora. Não é possível recuperá-las.</translation>
  </message>
  <message>
   <source>{count} entries</source>
   <translation>{count} entradas</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} está de volta.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} no total.</translation>
  </message>
 </context>
 <context>
  <name>TrashModel</name>
  <message>
   <source>Data, reset</source>
   <translation>Dados, redefinidos</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Excluída</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instância</translation>
  </message>
  <message>
   <source>Kept until</source>
   <translation>Guardado até</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nome</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamanho</translation>
  </message>
  <message>
   <source>What</source>
   <translation>O quê</translation>
  </message>
  <message>
   <source>{name}, {version}, port {port}</source>
   <translation>{name}, {version}, porta {port}</translation>
  </message>
 </context>
 <context>
  <name>TrashTableView</name>
  <message>
   <source>Data, reset</source>
   <translation>Dados, redefinidos</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Lixeira</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>ontem, 00:00</translation>
  </message>
 </context>
 <context>
  <name>TrayDesk</name>
  <message>
   <source>This desktop shows no tray. When you close this window it stays in the task bar.</source>
   <translation>Esta área de trabalho não mostra bandeja. Ao fechar esta janela, ela fica na barra de tarefas.</translation>
  </message>
 </context>
 <context>
  <name>TrayMenu</name>
  <message>
   <source>Open window</source>
   <translation>Abrir janela</translation>
  </message>
  <message>
   <source>Quit…</source>
   <translation>Sair…</translation>
  </message>
  <message>
   <source>Start all</source>
   <translation>Iniciar todas</translation>
  </message>
  <message>
   <source>Stop all…</source>
   <translation>Parar todas…</translation>
  </message>
 </context>
 <context>
  <name>UniqueMemory</name>
  <message>
   <source>Measure unique memory</source>
   <translation>Medir memória exclusiva</translation>
  </message>
  <message>
   <source>Measuring…</source>
   <translation>Medindo…</translation>
  </message>
  <message>
   <source>The memory that would be free if this instance ended: what its processes share with other programs is left out. Measuring looks at every page of its memory, so it is done only when you ask.</source>
   <translation>A memória que ficaria livre se esta instância terminasse: o que seus processos compartilham com outros programas não conta. Medir exige olhar cada página da memória dela, por isso só é feito quando você pede.</translation>
  </message>
  <message>
   <source>The system does not tell it.</source>
   <translation>O sistema não informa.</translation>
  </message>
  <message>
   <source>Unique memory</source>
   <translation>Memória exclusiva</translation>
  </message>
  <message>
   <source>Unique memory: {text}</source>
   <translation>Memória exclusiva: {text}</translation>
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
   <translation>Salvar</translation>
  </message>
  <message>
   <source>Save the changed settings?</source>
   <translation>Salvar as configurações alteradas?</translation>
  </message>
  <message>
   <source>The settings of {names} were edited but not saved. Without saving, the edits are lost.</source>
   <translation>As configurações de {names} foram editadas, mas não salvas. Sem salvar, as edições são perdidas.</translation>
  </message>
 </context>
 <context>
  <name>UpdateDesk</name>
  <message>
   <source>Updating</source>
   <translation>Atualizando</translation>
  </message>
  <message>
   <source>Updating {count} instances</source>
   <translation>Atualizando {count} instâncias</translation>
  </message>
  <message>
   <source>Updating {name}</source>
   <translation>Atualizando {name}</translation>
  </message>
 </context>
 <context>
  <name>UpdateDialog</name>
  <message>
   <source>&amp;Back</source>
   <translation>&amp;Voltar</translation>
  </message>
  <message>
   <source>&amp;Earlier updates</source>
   <translation>Atualizações &amp;anteriores</translation>
  </message>
  <message>
   <source>&amp;Next</source>
   <translation>A&amp;vançar</translation>
  </message>
  <message>
   <source>&amp;Update {who}</source>
   <translation>&amp;Atualizar {who}</translation>
  </message>
  <message>
   <source>A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot.</source>
   <translation>Antes é criado um instantâneo dos bancos de dados. Se uma instância não ficar bem depois, ela volta à versão antiga e ao instantâneo.</translation>
  </message>
  <message>
   <source>Afterwards</source>
   <translation>Depois</translation>
  </message>
  <message>
   <source>Beginning</source>
   <translation>Começo</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Cancelar</translation>
  </message>
  <message>
   <source>Choose the instances to update.</source>
   <translation>Escolha as instâncias a atualizar.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Downloading GOWA {version}</source>
   <translation>Baixando o GOWA {version}</translation>
  </message>
  <message>
   <source>Step {number} of 3</source>
   <translation>Etapa {number} de 3</translation>
  </message>
  <message>
   <source>Update GOWA</source>
   <translation>Atualizar o GOWA</translation>
  </message>
  <message>
   <source>Update instances</source>
   <translation>Atualizar instâncias</translation>
  </message>
  <message>
   <source>Updates</source>
   <translation>Atualizações</translation>
  </message>
  <message>
   <source>Updating to GOWA {version}</source>
   <translation>Atualizando para o GOWA {version}</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>O que é mantido e o que é perdido</translation>
  </message>
  <message>
   <source>You can close this window; the update goes on and the status line shows it. Cancel ends it between two steps: what has been updated stays so.</source>
   <translation>Você pode fechar esta janela; a atualização continua e a linha de status a mostra. Cancelar a encerra entre duas etapas: o que já foi atualizado fica assim.</translation>
  </message>
  <message>
   <source>{name} goes first; the others follow only when it is well.</source>
   <translation>{name} vai primeiro; as outras só seguem quando ela está bem.</translation>
  </message>
  <message>
   <source>{version}, installed</source>
   <translation>{version}, instalada</translation>
  </message>
  <message>
   <source>{version}, is downloaded first</source>
   <translation>{version}, é baixada antes</translation>
  </message>
 </context>
 <context>
  <name>UpdateRunner</name>
  <message>
   <source>GOWA {version} could not be installed.</source>
   <translation>Não foi possível instalar o GOWA {version}.</translation>
  </message>
  <message>
   <source>Show the report</source>
   <translation>Mostrar o relatório</translation>
  </message>
  <message>
   <source>The update to GOWA {version} could not begin</source>
   <translation>A atualização para o GOWA {version} não pôde começar</translation>
  </message>
 </context>
 <context>
  <name>UsageView</name>
  <message>
   <source>Charts of CPU, memory and disk</source>
   <translation>Gráficos de CPU, memória e disco</translation>
  </message>
 </context>
 <context>
  <name>VersionDesk</name>
  <message>
   <source>Installing GOWA {version}</source>
   <translation>Instalando o GOWA {version}</translation>
  </message>
  <message>
   <source>Installing {count} versions</source>
   <translation>Instalando {count} versões</translation>
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
   <translation>&amp;Usar para instâncias…</translation>
  </message>
  <message>
   <source>Checked</source>
   <translation>Verificado</translation>
  </message>
  <message>
   <source>Checked against the checksums of its release.</source>
   <translation>Conferido com as somas de verificação do seu lançamento.</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instaladas</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Instalando</translation>
  </message>
  <message>
   <source>Re&amp;move…</source>
   <translation>Re&amp;mover…</translation>
  </message>
  <message>
   <source>Release notes</source>
   <translation>Notas de lançamento</translation>
  </message>
  <message>
   <source>Release notes come with the list of releases. Refresh it to read them.</source>
   <translation>As notas de lançamento vêm com a lista de lançamentos. Atualize-a para lê-las.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origem</translation>
  </message>
  <message>
   <source>There was no checksum to check it against.</source>
   <translation>Não havia soma de verificação para conferi-lo.</translation>
  </message>
  <message>
   <source>This release has no notes.</source>
   <translation>Este lançamento não tem notas.</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Usada por</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Aguardando</translation>
  </message>
  <message>
   <source>released {date}</source>
   <translation>lançada em {date}</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>mais {count}</translation>
  </message>
  <message>
   <source>{size} to download</source>
   <translation>{size} a baixar</translation>
  </message>
 </context>
 <context>
  <name>VersionImport</name>
  <message>
   <source>All files (*)</source>
   <translation>Todos os arquivos (*)</translation>
  </message>
  <message>
   <source>GOWA release (*.zip)</source>
   <translation>Lançamento do GOWA (*.zip)</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>O GOWA {version} está pronto.</translation>
  </message>
  <message>
   <source>Import GOWA version</source>
   <translation>Importar versão do GOWA</translation>
  </message>
  <message>
   <source>Importing {file}</source>
   <translation>Importando {file}</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Esta versão já estava instalada.</translation>
  </message>
  <message>
   <source>{file} could not be imported</source>
   <translation>Não foi possível importar {file}</translation>
  </message>
 </context>
 <context>
  <name>VersionModel</name>
  <message>
   <source>Checked</source>
   <translation>Verificado</translation>
  </message>
  <message>
   <source>Released</source>
   <translation>Lançada em</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Tamanho</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Origem</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Estado</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Usada por</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
  </message>
 </context>
 <context>
  <name>VersionRemoval</name>
  <message>
   <source>GOWA {version} cannot be removed now</source>
   <translation>O GOWA {version} não pode ser removido agora</translation>
  </message>
  <message>
   <source>It is used by {names}.</source>
   <translation>É usada por {names}.</translation>
  </message>
  <message>
   <source>Move them to another version first, or delete them.</source>
   <translation>Passe-as antes para outra versão ou exclua-as.</translation>
  </message>
  <message>
   <source>Remove GOWA {version}?</source>
   <translation>Remover o GOWA {version}?</translation>
  </message>
  <message>
   <source>Remove {version}</source>
   <translation>Remover {version}</translation>
  </message>
  <message>
   <source>This frees {size}. It is not in the list of releases, so you need its file to install it again.</source>
   <translation>Isto libera {size}. Ela não está na lista de lançamentos; por isso, você precisa do arquivo dela para instalá-la de novo.</translation>
  </message>
  <message>
   <source>This frees {size}. You can install it again while its release can be downloaded.</source>
   <translation>Isto libera {size}. Você pode instalá-la de novo enquanto o lançamento dela puder ser baixado.</translation>
  </message>
 </context>
 <context>
  <name>VersionRunner</name>
  <message>
   <source>GOWA {version} could not be installed</source>
   <translation>Não foi possível instalar o GOWA {version}</translation>
  </message>
  <message>
   <source>GOWA {version} could not be removed</source>
   <translation>Não foi possível remover o GOWA {version}</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>O GOWA {version} está pronto.</translation>
  </message>
  <message>
   <source>GOWA {version} was removed.</source>
   <translation>O GOWA {version} foi removido.</translation>
  </message>
  <message>
   <source>Not every old version could be removed</source>
   <translation>Nem todas as versões antigas puderam ser removidas</translation>
  </message>
  <message>
   <source>Old versions were removed.</source>
   <translation>As versões antigas foram removidas.</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Tentar de novo</translation>
  </message>
 </context>
 <context>
  <name>VersionTableView</name>
  <message>
   <source>Downloaded</source>
   <translation>Baixadas</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versões do GOWA</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Não para este computador</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Não verificada</translation>
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
   <translation>O nome {file} não diz isso. Escreva a versão como está na página de lançamentos do GOWA.</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versão</translation>
  </message>
  <message>
   <source>Which GOWA version is this?</source>
   <translation>Que versão do GOWA é esta?</translation>
  </message>
 </context>
 <context>
  <name>VersionsWindow</name>
  <message>
   <source>&amp;Clean up…</source>
   <translation>&amp;Limpar…</translation>
  </message>
  <message>
   <source>&amp;Refresh</source>
   <translation>At&amp;ualizar</translation>
  </message>
  <message>
   <source>All {count}</source>
   <translation>Todas: {count}</translation>
  </message>
  <message>
   <source>Cancel the installation</source>
   <translation>Cancelar a instalação</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versões do GOWA</translation>
  </message>
  <message>
   <source>Import a &amp;file…</source>
   <translation>Importar um &amp;arquivo…</translation>
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
   <translation>Procurando lançamentos…</translation>
  </message>
  <message>
   <source>No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.</source>
   <translation>Nenhum lançamento é conhecido ainda. Atualize a lista ou importe um arquivo de lançamento (.zip) que você baixou.</translation>
  </message>
  <message>
   <source>No version is installed. Choose one under All and install it.</source>
   <translation>Nenhuma versão está instalada. Escolha uma em Todas e instale-a.</translation>
  </message>
  <message>
   <source>Nothing is installed</source>
   <translation>Nada está instalado</translation>
  </message>
  <message>
   <source>One version takes {size} on the disk</source>
   <translation>Uma versão ocupa {size} no disco</translation>
  </message>
  <message>
   <source>Releases looked for {when}</source>
   <translation>Lançamentos consultados {when}</translation>
  </message>
  <message>
   <source>Releases were never looked for</source>
   <translation>Os lançamentos nunca foram consultados</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Remover…</translation>
  </message>
  <message>
   <source>Show &amp;pre-releases</source>
   <translation>Mostrar &amp;pré-lançamentos</translation>
  </message>
  <message>
   <source>The list of releases could not be fetched</source>
   <translation>Não foi possível obter a lista de lançamentos</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Tentar de novo</translation>
  </message>
  <message>
   <source>Use for instances…</source>
   <translation>Usar para instâncias…</translation>
  </message>
  <message>
   <source>Which versions are shown</source>
   <translation>Quais versões são mostradas</translation>
  </message>
  <message>
   <source>{count} versions take {size} on the disk</source>
   <translation>{count} versões ocupam {size} no disco</translation>
  </message>
 </context>
 <context>
  <name>ViewActions</name>
  <message>
   <source>Columns</source>
   <translation>Colunas</translation>
  </message>
  <message>
   <source>Group by tag</source>
   <translation>Agrupar por etiqueta</translation>
  </message>
  <message>
   <source>Group by version</source>
   <translation>Agrupar por versão</translation>
  </message>
  <message>
   <source>No groups</source>
   <translation>Sem grupos</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notas</translation>
  </message>
  <message>
   <source>Only with tag</source>
   <translation>Só com etiqueta</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Mostrar todas as instâncias</translation>
  </message>
  <message>
   <source>Show running instances</source>
   <translation>Mostrar instâncias em execução</translation>
  </message>
  <message>
   <source>Show what needs attention</source>
   <translation>Mostrar o que precisa de atenção</translation>
  </message>
  <message>
   <source>Usual columns</source>
   <translation>Colunas usuais</translation>
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
   <translation>Nenhuma instância tem etiqueta ainda</translation>
  </message>
  <message>
   <source>The notes were not saved</source>
   <translation>As notas não foram salvas</translation>
  </message>
 </context>
 <context>
  <name>_MessageRow</name>
  <message>
   <source>Close</source>
   <translation>Fechar</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Fechar mensagem</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Progresso</translation>
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
   <translation>Escolha outra pasta.</translation>
  </message>
  <message>
   <source>Crashed</source>
   <translation>Caiu</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disco</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memória</translation>
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
   <translation>Parada</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Atualizada</translation>
  </message>
  <message>
   <source>of one core</source>
   <translation>de um núcleo</translation>
  </message>
  <message>
   <source>of the machine</source>
   <translation>da máquina</translation>
  </message>
  <message>
   <source>the last 24 hours</source>
   <translation>últimas 24 horas</translation>
  </message>
  <message>
   <source>the last 30 days</source>
   <translation>últimos 30 dias</translation>
  </message>
  <message>
   <source>the last 5 minutes</source>
   <translation>últimos 5 minutos</translation>
  </message>
  <message>
   <source>the last 7 days</source>
   <translation>últimos 7 dias</translation>
  </message>
  <message>
   <source>the last 90 days</source>
   <translation>últimos 90 dias</translation>
  </message>
  <message>
   <source>the last hour</source>
   <translation>última hora</translation>
  </message>
  <message>
   <source>{figure} ({low} to {high})</source>
   <translation>{figure} ({low} a {high})</translation>
  </message>
  <message>
   <source>{file} cannot be written: {reason}</source>
   <translation>{file} não pode ser gravado: {reason}</translation>
  </message>
  <message>
   <source>{metric} at most {most} in {time}.</source>
   <translation>{metric} no máximo {most} ({time}).</translation>
  </message>
  <message>
   <source>{metric} at most {most}.</source>
   <translation>{metric} no máximo {most}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most} in {time}.</source>
   <translation>{metric} agora {now}, no máximo {most} ({time}).</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most}.</source>
   <translation>{metric} agora {now}, no máximo {most}.</translation>
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
   <translation>, porta {port}</translation>
  </message>
  <message>
   <source>Changed since it last ran well:</source>
   <translation>Alterado desde a última vez em que funcionou bem:</translation>
  </message>
  <message>
   <source>Port {port} is used by another program</source>
   <translation>A porta {port} está em uso por outro programa</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>nada aqui</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>Não foi possível iniciar {name}</translation>
  </message>
  <message>
   <source>{name} ended unexpectedly</source>
   <translation>{name} encerrou inesperadamente</translation>
  </message>
  <message>
   <source>{name} keeps failing</source>
   <translation>{name} continua falhando</translation>
  </message>
 </context>
 <context>
  <name>durationWords</name>
  <message>
   <source>day</source>
   <translation>dia</translation>
  </message>
  <message>
   <source>days</source>
   <translation>dias</translation>
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
   <translation>Acrescentados ao comando como estão, uma palavra em cada linha. Outros usuários deste computador podem vê-los.</translation>
  </message>
  <message>
   <source>Added to the environment of GOWA as they are.</source>
   <translation>Acrescentadas ao ambiente do GOWA como estão.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumentos extras</translation>
  </message>
  <message>
   <source>Extra environment variables</source>
   <translation>Variáveis de ambiente extras</translation>
  </message>
  <message>
   <source>The port that this instance answers on.</source>
   <translation>A porta em que esta instância responde.</translation>
  </message>
 </context>
 <context>
  <name>format</name>
  <message>
   <source>today {time}</source>
   <translation>hoje, {time}</translation>
  </message>
  <message>
   <source>yesterday {time}</source>
   <translation>ontem, {time}</translation>
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
   <translation>{hours} h {minutes:02d} min</translation>
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
   <translation>Sem etiqueta</translation>
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
   <translation>O disco está quase cheio: há {value} livres, o limite é {limit}.</translation>
  </message>
  <message>
   <source>WhatsApp sessions</source>
   <translation>Sessões do WhatsApp</translation>
  </message>
  <message>
   <source>chats</source>
   <translation>conversas</translation>
  </message>
  <message>
   <source>disk {free} free</source>
   <translation>disco {free} livres</translation>
  </message>
  <message>
   <source>logs</source>
   <translation>logs</translation>
  </message>
  <message>
   <source>media</source>
   <translation>mídia</translation>
  </message>
  <message>
   <source>memory {used} of {total}</source>
   <translation>memória {used} de {total}</translation>
  </message>
  <message>
   <source>mostly {part}</source>
   <translation>principalmente {part}</translation>
  </message>
  <message>
   <source>other files</source>
   <translation>outros arquivos</translation>
  </message>
  <message>
   <source>this computer: {parts}</source>
   <translation>este computador: {parts}</translation>
  </message>
  <message>
   <source>{name}: CPU {value} of one core, the limit is {limit}.</source>
   <translation>{name}: CPU {value} de um núcleo, o limite é {limit}.</translation>
  </message>
  <message>
   <source>{name}: folder {value}, the limit is {limit}.</source>
   <translation>{name}: pasta {value}, o limite é {limit}.</translation>
  </message>
  <message>
   <source>{name}: memory {value}, the limit is {limit}.</source>
   <translation>{name}: memória {value}, o limite é {limit}.</translation>
  </message>
  <message>
   <source>{size} together</source>
   <translation>{size} no total</translation>
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
   <translation>GOWA {version} disponível · Instalar</translation>
  </message>
  <message>
   <source>GOWA {version} is available · Update…</source>
   <translation>GOWA {version} disponível · Atualizar…</translation>
  </message>
  <message>
   <source>One instance uses an older GOWA · Update…</source>
   <translation>Uma instância usa um GOWA mais antigo · Atualizar…</translation>
  </message>
  <message>
   <source>{count} instances use an older GOWA · Update…</source>
   <translation>{count} instâncias usam um GOWA mais antigo · Atualizar…</translation>
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
   <translation>faltam {duration}</translation>
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
   <translation>Impossível agora.</translation>
  </message>
  <message>
   <source>Not possible now: {who}.</source>
   <translation>Impossível agora: {who}.</translation>
  </message>
  <message>
   <source>Not running: {who}.</source>
   <translation>Não está em execução: {who}.</translation>
  </message>
  <message>
   <source>Running already: {who}.</source>
   <translation>Já em execução: {who}.</translation>
  </message>
  <message>
   <source>Select an instance first.</source>
   <translation>Selecione uma instância antes.</translation>
  </message>
  <message>
   <source>Select one instance alone.</source>
   <translation>Selecione uma única instância.</translation>
  </message>
  <message>
   <source>Simulated, so there is nothing to keep: {who}.</source>
   <translation>Simulada, então não há nada a guardar: {who}.</translation>
  </message>
  <message>
   <source>The data folder is only looked at now.</source>
   <translation>A pasta de dados agora é apenas consultada.</translation>
  </message>
  <message>
   <source>Wait until {who} has stopped.</source>
   <translation>Espere até que {who} tenha parado.</translation>
  </message>
  <message>
   <source>Wait until {who} is no longer busy.</source>
   <translation>Espere até que {who} não tenha mais trabalho em andamento.</translation>
  </message>
  <message>
   <source>Without a process to end: {who}.</source>
   <translation>Sem processo para encerrar: {who}.</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instâncias</translation>
  </message>
 </context>
 <context>
  <name>status</name>
  <message>
   <source>CPU {cpu} of one core</source>
   <translation>CPU {cpu} de um núcleo</translation>
  </message>
  <message>
   <source>Closed in the settings, open until it is restarted.</source>
   <translation>Fechado nas configurações, aberto até reiniciar.</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Com falha</translation>
  </message>
  <message>
   <source>Failed, next try in {duration}</source>
   <translation>Com falha, próxima tentativa em {duration}</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Ainda não há instâncias</translation>
  </message>
  <message>
   <source>Not yet: from its next start on.</source>
   <translation>Ainda não: a partir do próximo início.</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Reiniciando</translation>
  </message>
  <message>
   <source>Retry in {duration}</source>
   <translation>Nova tentativa em {duration}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Tentando de novo</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Em execução</translation>
  </message>
  <message>
   <source>Running for {duration}</source>
   <translation>Em execução há {duration}</translation>
  </message>
  <message>
   <source>Running for {duration}, not answering</source>
   <translation>Em execução há {duration}, sem resposta</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Em execução, sem resposta</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Parada</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Parando</translation>
  </message>
  <message>
   <source>Stopping, {seconds} s</source>
   <translation>Parando, {seconds} s</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Aguardando</translation>
  </message>
  <message>
   <source>Working</source>
   <translation>Em andamento</translation>
  </message>
  <message>
   <source>memory {memory}</source>
   <translation>memória {memory}</translation>
  </message>
  <message>
   <source>port {port}</source>
   <translation>porta {port}</translation>
  </message>
  <message>
   <source>simulator</source>
   <translation>simulador</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} de {count} em execução</translation>
  </message>
 </context>
 <context>
  <name>tray</name>
  <message>
   <source>1 more in the window…</source>
   <translation>Mais 1 na janela…</translation>
  </message>
  <message>
   <source>1 needs attention</source>
   <translation>1 precisa de atenção</translation>
  </message>
  <message>
   <source>GOWA Desktop: no instances yet.</source>
   <translation>GOWA Desktop: ainda não há instâncias.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.</source>
   <translation>GOWA Desktop: {running} de {count} em execução, {name}: {state}, mais {more} precisam de atenção.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}.</source>
   <translation>GOWA Desktop: {running} de {count} em execução, {name}: {state}.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running.</source>
   <translation>GOWA Desktop: {running} de {count} em execução.</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Ainda não há instâncias</translation>
  </message>
  <message>
   <source>Not answering</source>
   <translation>Sem resposta</translation>
  </message>
  <message>
   <source>{count} more in the window…</source>
   <translation>Mais {count} na janela…</translation>
  </message>
  <message>
   <source>{count} need attention</source>
   <translation>{count} precisam de atenção</translation>
  </message>
  <message>
   <source>{name} · {state}</source>
   <translation>{name} · {state}</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} de {count} em execução</translation>
  </message>
 </context>
 <context>
  <name>update</name>
  <message>
   <source>A snapshot of before is kept. You find it under Snapshots in the menu of the instance.</source>
   <translation>Um instantâneo do estado anterior foi mantido. Ele está em Instantâneos, no menu da instância.</translation>
  </message>
  <message>
   <source>As it was</source>
   <translation>Como estava</translation>
  </message>
  <message>
   <source>Changing the version</source>
   <translation>Alterando a versão</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Concluído</translation>
  </message>
  <message>
   <source>Everything is kept</source>
   <translation>Tudo é mantido</translation>
  </message>
  <message>
   <source>Going back</source>
   <translation>Voltando</translation>
  </message>
  <message>
   <source>Has its old version again</source>
   <translation>Está de novo com a versão antiga</translation>
  </message>
  <message>
   <source>Has this version already</source>
   <translation>Já tem esta versão</translation>
  </message>
  <message>
   <source>Look at what receives your webhooks: their form changed with v8.</source>
   <translation>Verifique o que recebe seus webhooks: a forma deles mudou com a v8.</translation>
  </message>
  <message>
   <source>Needs you</source>
   <translation>Precisa de você</translation>
  </message>
  <message>
   <source>Nothing has to be paired. If a phone asks for it all the same, scan the code as usual.</source>
   <translation>Nada precisa ser vinculado. Se mesmo assim um celular pedir, escaneie o código como de costume.</translation>
  </message>
  <message>
   <source>Older version, everything is kept</source>
   <translation>Versão mais antiga, tudo é mantido</translation>
  </message>
  <message>
   <source>Pairing stays, chats begin anew</source>
   <translation>A vinculação fica, as conversas recomeçam</translation>
  </message>
  <message>
   <source>Programs that read chats through the API see new messages only. Do not expect the old ones.</source>
   <translation>Os programas que leem conversas pela API veem só as mensagens novas. Não espere as antigas.</translation>
  </message>
  <message>
   <source>Returning to the old version</source>
   <translation>Voltando à versão antiga</translation>
  </message>
  <message>
   <source>Saving a snapshot</source>
   <translation>Salvando um instantâneo</translation>
  </message>
  <message>
   <source>See that WhatsApp still accepts the older version: the instance must say that it is connected.</source>
   <translation>Verifique se o WhatsApp ainda aceita a versão mais antiga: a instância precisa indicar que está conectada.</translation>
  </message>
  <message>
   <source>Send a message to one of the numbers and see that it arrives where you expect it.</source>
   <translation>Envie uma mensagem a um dos números e verifique se ela chega onde você espera.</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Parando</translation>
  </message>
  <message>
   <source>The update needs you</source>
   <translation>A atualização precisa de você</translation>
  </message>
  <message>
   <source>The update was not finished</source>
   <translation>A atualização não foi concluída</translation>
  </message>
  <message>
   <source>The update was taken back</source>
   <translation>A atualização foi desfeita</translation>
  </message>
  <message>
   <source>The update went well</source>
   <translation>A atualização deu certo</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Atualizada</translation>
  </message>
  <message>
   <source>Updating</source>
   <translation>Atualizando</translation>
  </message>
  <message>
   <source>Waits for its turn</source>
   <translation>Aguarda sua vez</translation>
  </message>
  <message>
   <source>Watching whether it is well</source>
   <translation>Observando se está bem</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instâncias</translation>
  </message>
 </context>
 <context>
  <name>verbs</name>
  <message>
   <source>Delete {who}</source>
   <translation>Excluir {who}</translation>
  </message>
  <message>
   <source>Delete {who}?</source>
   <translation>Excluir {who}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Excluindo</translation>
  </message>
  <message>
   <source>Deleting {count} instances</source>
   <translation>Excluindo {count} instâncias</translation>
  </message>
  <message>
   <source>Edits of its settings that are not saved are lost.</source>
   <translation>As edições não salvas das configurações dela serão perdidas.</translation>
  </message>
  <message>
   <source>Ending now</source>
   <translation>Encerrando agora</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Forçar encerramento</translation>
  </message>
  <message>
   <source>Force kill {who}?</source>
   <translation>Forçar o encerramento de {who}?</translation>
  </message>
  <message>
   <source>Forcing {count} instances to end</source>
   <translation>Forçando o encerramento de {count} instâncias</translation>
  </message>
  <message>
   <source>GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.</source>
   <translation>O GOWA não tem tempo para terminar: mensagens em envio podem se perder. Depois, fica parado.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, version and settings stay. The phone must be paired again.</source>
   <translation>Ela é parada, e sua sessão do WhatsApp, mensagens e mídia são movidas para a lixeira por 7 dias. Nome, porta, versão e configurações ficam. O celular precisa ser vinculado de novo.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Ela é parada, e sua sessão do WhatsApp, mensagens, mídia e configurações são movidas para a lixeira por 7 dias.</translation>
  </message>
  <message>
   <source>Reset data</source>
   <translation>Redefinir dados</translation>
  </message>
  <message>
   <source>Reset the data of {who}?</source>
   <translation>Redefinir os dados de {who}?</translation>
  </message>
  <message>
   <source>Resetting data</source>
   <translation>Redefinindo dados</translation>
  </message>
  <message>
   <source>Resetting the data of {count} instances</source>
   <translation>Redefinindo os dados de {count} instâncias</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Reiniciando</translation>
  </message>
  <message>
   <source>Restarting {count} instances</source>
   <translation>Reiniciando {count} instâncias</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Iniciando</translation>
  </message>
  <message>
   <source>Starting {count} instances</source>
   <translation>Iniciando {count} instâncias</translation>
  </message>
  <message>
   <source>Stop {who}</source>
   <translation>Parar {who}</translation>
  </message>
  <message>
   <source>Stop {who}?</source>
   <translation>Parar {who}?</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Parando</translation>
  </message>
  <message>
   <source>Stopping {count} instances</source>
   <translation>Parando {count} instâncias</translation>
  </message>
  <message>
   <source>The data of {count} instances was moved to the trash for 7 days.</source>
   <translation>Os dados de {count} instâncias foram movidos para a lixeira por 7 dias.</translation>
  </message>
  <message>
   <source>The data of {failed} of {count} instances could not be reset</source>
   <translation>Não foi possível redefinir os dados de {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>The data of {name} could not be reset</source>
   <translation>Não foi possível redefinir os dados de {name}</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, versions and settings stay. The phones must be paired again.</source>
   <translation>Elas são paradas, e suas sessões do WhatsApp, mensagens e mídia são movidas para a lixeira por 7 dias. Nomes, portas, versões e configurações ficam. Os celulares precisam ser vinculados de novo.</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Elas são paradas, e suas sessões do WhatsApp, mensagens, mídia e configurações são movidas para a lixeira por 7 dias.</translation>
  </message>
  <message>
   <source>They finish what they are doing and then send and receive nothing until you start them again.</source>
   <translation>Elas terminam o que estão fazendo e depois não enviam nem recebem nada até você iniciá-las de novo.</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Aguardando</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instâncias</translation>
  </message>
  <message>
   <source>{count} instances forced to end.</source>
   <translation>{count} instâncias tiveram o encerramento forçado.</translation>
  </message>
  <message>
   <source>{count} instances moved to the trash for 7 days.</source>
   <translation>{count} instâncias movidas para a lixeira por 7 dias.</translation>
  </message>
  <message>
   <source>{count} instances restarted.</source>
   <translation>{count} instâncias reiniciadas.</translation>
  </message>
  <message>
   <source>{count} instances started.</source>
   <translation>{count} instâncias iniciadas.</translation>
  </message>
  <message>
   <source>{count} instances stopped.</source>
   <translation>{count} instâncias paradas.</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be deleted</source>
   <translation>Não foi possível excluir {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be forced to end</source>
   <translation>Não foi possível forçar o encerramento de {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be restarted</source>
   <translation>Não foi possível reiniciar {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be started</source>
   <translation>Não foi possível iniciar {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be stopped</source>
   <translation>Não foi possível parar {failed} de {count} instâncias</translation>
  </message>
  <message>
   <source>{name} could not be deleted</source>
   <translation>Não foi possível excluir {name}</translation>
  </message>
  <message>
   <source>{name} could not be forced to end</source>
   <translation>Não foi possível forçar o encerramento de {name}</translation>
  </message>
  <message>
   <source>{name} could not be restarted</source>
   <translation>Não foi possível reiniciar {name}</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>Não foi possível iniciar {name}</translation>
  </message>
  <message>
   <source>{name} could not be stopped</source>
   <translation>Não foi possível parar {name}</translation>
  </message>
 </context>
 <context>
  <name>versions</name>
  <message>
   <source>Available</source>
   <translation>Disponíveis</translation>
  </message>
  <message>
   <source>Downloaded</source>
   <translation>Baixadas</translation>
  </message>
  <message>
   <source>Imported</source>
   <translation>Importada</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Instaladas</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Instalando</translation>
  </message>
  <message>
   <source>Instances that use the latest version start with this one.</source>
   <translation>As instâncias que usam a versão mais recente iniciam com esta.</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Não para este computador</translation>
  </message>
  <message>
   <source>Not there yet</source>
   <translation>Ainda não existe</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Não verificada</translation>
  </message>
  <message>
   <source>Pre-release</source>
   <translation>Pré-lançamento</translation>
  </message>
  <message>
   <source>The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.</source>
   <translation>O arquivo para este computador ainda não foi publicado. Lançamentos recentes ficam completos após alguns minutos; atualize então.</translation>
  </message>
  <message>
   <source>This release has no file for this computer.</source>
   <translation>Este lançamento não tem arquivo para este computador.</translation>
  </message>
  <message>
   <source>Verified</source>
   <translation>Verificada</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} e mais {count}</translation>
  </message>
 </context>
</TS>
