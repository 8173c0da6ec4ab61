<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="id_ID" sourcelanguage="en_US">
 <context>
  <name>AboutDialog</name>
  <message>
   <source>About GOWA Desktop</source>
   <translation>Tentang GOWA Desktop</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Components and their licences</source>
   <translation>Komponen dan lisensinya</translation>
  </message>
  <message>
   <source>Copy version and system</source>
   <translation>Salin versi dan sistem</translation>
  </message>
  <message>
   <source>GOWA Desktop {version}</source>
   <translation>GOWA Desktop {version}</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Lisensi</translation>
  </message>
  <message>
   <source>Made of, and on these terms</source>
   <translation>Bahan dan ketentuannya</translation>
  </message>
  <message>
   <source>Runs, watches and keeps alive the GOWA WhatsApp API servers on this computer. MIT licence.</source>
   <translation>Menjalankan, mengawasi, dan menjaga tetap hidup server API WhatsApp GOWA di komputer ini. Lisensi MIT.</translation>
  </message>
  <message>
   <source>The text of the licence does not lie beside this copy of the program.</source>
   <translation>Teks lisensi tidak ada bersama salinan program ini.</translation>
  </message>
  <message>
   <source>What it runs on</source>
   <translation>Tempatnya berjalan</translation>
  </message>
 </context>
 <context>
  <name>Actions</name>
  <message>
   <source>About GOWA Desktop…</source>
   <translation>Tentang GOWA Desktop…</translation>
  </message>
  <message>
   <source>Alerts…</source>
   <translation>Peringatan…</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>Semua instans berdampingan</translation>
  </message>
  <message>
   <source>Command palette…</source>
   <translation>Palet perintah…</translation>
  </message>
  <message>
   <source>Copy URL</source>
   <translation>Salin URL</translation>
  </message>
  <message>
   <source>Delete…</source>
   <translation>Hapus…</translation>
  </message>
  <message>
   <source>Diagnostics file…</source>
   <translation>File diagnostik…</translation>
  </message>
  <message>
   <source>Disk and media…</source>
   <translation>Disk dan media…</translation>
  </message>
  <message>
   <source>Force kill…</source>
   <translation>Paksa berhenti…</translation>
  </message>
  <message>
   <source>GOWA versions…</source>
   <translation>Versi GOWA…</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Bantuan</translation>
  </message>
  <message>
   <source>Import GOWA version…</source>
   <translation>Impor versi GOWA…</translation>
  </message>
  <message>
   <source>Keyboard shortcuts…</source>
   <translation>Pintasan keyboard…</translation>
  </message>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Log GOWA Desktop</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Log semua instans</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Instans baru</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>Buka folder</translation>
  </message>
  <message>
   <source>Open in browser</source>
   <translation>Buka di browser</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Keluar</translation>
  </message>
  <message>
   <source>Reset data…</source>
   <translation>Atur ulang data…</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Mulai ulang</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Cari</translation>
  </message>
  <message>
   <source>Self-test…</source>
   <translation>Uji mandiri…</translation>
  </message>
  <message>
   <source>Settings…</source>
   <translation>Pengaturan…</translation>
  </message>
  <message>
   <source>Snapshots…</source>
   <translation>Snapshot…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Mulai</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Hentikan</translation>
  </message>
  <message>
   <source>Supervision…</source>
   <translation>Pengawasan…</translation>
  </message>
  <message>
   <source>Tags…</source>
   <translation>Tag…</translation>
  </message>
  <message>
   <source>Trash…</source>
   <translation>Tempat sampah…</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Urungkan</translation>
  </message>
  <message>
   <source>Update GOWA…</source>
   <translation>Perbarui GOWA…</translation>
  </message>
 </context>
 <context>
  <name>AfterwardsPage</name>
  <message>
   <source>I have read what is kept and what is lost</source>
   <translation>Saya sudah membaca apa yang dipertahankan dan apa yang hilang</translation>
  </message>
  <message>
   <source>What to do afterwards</source>
   <translation>Yang dilakukan setelahnya</translation>
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
   <translation>&amp;CPU satu inti</translation>
  </message>
  <message>
   <source>&amp;Folder on the disk</source>
   <translation>&amp;Folder di disk</translation>
  </message>
  <message>
   <source>&amp;Memory</source>
   <translation>&amp;Memori</translation>
  </message>
  <message>
   <source>Alerts</source>
   <translation>Peringatan</translation>
  </message>
  <message>
   <source>All instances</source>
   <translation>Semua instans</translation>
  </message>
  <message>
   <source>CPU and memory are averages over the time. An alert shows as a notification, in the table and on the Charts tab.</source>
   <translation>CPU dan memori adalah rata-rata selama waktu itu. Peringatan tampil sebagai notifikasi, di tabel, dan di tab Grafik.</translation>
  </message>
  <message>
   <source>F&amp;or</source>
   <translation>&amp;Untuk</translation>
  </message>
  <message>
   <source>F&amp;ree room on the disk</source>
   <translation>&amp;Ruang bebas di disk</translation>
  </message>
  <message>
   <source>For which instances</source>
   <translation>Untuk instans yang mana</translation>
  </message>
  <message>
   <source>Nothing is too much now.</source>
   <translation>Sekarang tidak ada yang berlebihan.</translation>
  </message>
  <message>
   <source>Nothing is watched yet. Choose a limit below.</source>
   <translation>Belum ada yang diawasi. Pilih batas di bawah.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Too much now</source>
   <translation>Berlebihan sekarang</translation>
  </message>
  <message>
   <source>What counts as too much</source>
   <translation>Yang dianggap berlebihan</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>dan {count} lainnya</translation>
  </message>
 </context>
 <context>
  <name>ApplyTemplateDialog</name>
  <message>
   <source>Apply</source>
   <translation>Terapkan</translation>
  </message>
  <message>
   <source>Apply a template to {count} instances</source>
   <translation>Terapkan templat ke {count} instans</translation>
  </message>
  <message>
   <source>Apply a template to {name}</source>
   <translation>Terapkan templat ke {name}</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Simpan ulang dari sebuah instans.</translation>
  </message>
  <message>
   <source>Template</source>
   <translation>Templat</translation>
  </message>
  <message>
   <source>This template cannot be read.</source>
   <translation>Templat ini tidak dapat dibaca.</translation>
  </message>
 </context>
 <context>
  <name>BulkEditDialog</name>
  <message>
   <source>Change a setting of {count} instances</source>
   <translation>Ubah satu pengaturan {count} instans</translation>
  </message>
  <message>
   <source>Change a setting of {name}</source>
   <translation>Ubah satu pengaturan {name}</translation>
  </message>
  <message>
   <source>Put it &amp;back to the default</source>
   <translation>&amp;Kembalikan ke bawaan</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Pengaturan</translation>
  </message>
  <message>
   <source>Setting to change</source>
   <translation>Pengaturan yang diubah</translation>
  </message>
  <message>
   <source>They differ now.</source>
   <translation>Sekarang berbeda-beda.</translation>
  </message>
 </context>
 <context>
  <name>ChangeModel</name>
  <message>
   <source>Instance</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>New</source>
   <translation>Baru</translation>
  </message>
  <message>
   <source>Not possible</source>
   <translation>Tidak mungkin</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Sekarang</translation>
  </message>
  <message>
   <source>Other settings</source>
   <translation>Pengaturan lain</translation>
  </message>
  <message>
   <source>Setting</source>
   <translation>Pengaturan</translation>
  </message>
  <message>
   <source>Skipped. {reason}</source>
   <translation>Dilewati. {reason}</translation>
  </message>
  <message>
   <source>Stays as it is</source>
   <translation>Tetap seperti adanya</translation>
  </message>
  <message>
   <source>changed</source>
   <translation>diubah</translation>
  </message>
  <message>
   <source>{name}: {setting}, now {old}, new {new}</source>
   <translation>{name}: {setting}, kini {old}, baru {new}</translation>
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
   <translation>Yang berubah</translation>
  </message>
 </context>
 <context>
  <name>ChartFiles</name>
  <message>
   <source>All instances side by side</source>
   <translation>Semua instans berdampingan</translation>
  </message>
  <message>
   <source>Export and more</source>
   <translation>Ekspor dan lainnya</translation>
  </message>
  <message>
   <source>Export figures</source>
   <translation>Ekspor angka</translation>
  </message>
  <message>
   <source>Export figures (CSV)…</source>
   <translation>Ekspor angka (CSV)…</translation>
  </message>
  <message>
   <source>Export picture</source>
   <translation>Ekspor gambar</translation>
  </message>
  <message>
   <source>Export picture (PNG)…</source>
   <translation>Ekspor gambar (PNG)…</translation>
  </message>
  <message>
   <source>Pictures (*.png)</source>
   <translation>Gambar (*.png)</translation>
  </message>
  <message>
   <source>Tables (*.csv)</source>
   <translation>Tabel (*.csv)</translation>
  </message>
  <message>
   <source>The figures are in {file}.</source>
   <translation>Angkanya ada di {file}.</translation>
  </message>
  <message>
   <source>The picture is in {file}.</source>
   <translation>Gambarnya ada di {file}.</translation>
  </message>
 </context>
 <context>
  <name>ChartsTab</name>
  <message>
   <source>Back to now</source>
   <translation>Kembali ke sekarang</translation>
  </message>
  <message>
   <source>CPU of the machine</source>
   <translation>CPU mesin</translation>
  </message>
  <message>
   <source>Charts of CPU, memory and disk. {summary}</source>
   <translation>Grafik CPU, memori, dan disk. {summary}</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Rentang waktu yang ditampilkan</translation>
  </message>
  <message>
   <source>No history yet.
None of them ran in {time}. Choose a longer time above.</source>
   <translation>Belum ada riwayat.
Tidak ada yang berjalan dalam {time}. Pilih waktu yang lebih lama di atas.</translation>
  </message>
  <message>
   <source>No history yet.
The first figures come within a few seconds.</source>
   <translation>Belum ada riwayat.
Angka pertama muncul dalam beberapa detik.</translation>
  </message>
  <message>
   <source>No history yet.
{name} did not run in {time}. Start it, or choose a longer time above.</source>
   <translation>Belum ada riwayat.
{name} tidak berjalan dalam {time}. Mulai instans itu, atau pilih waktu yang lebih lama di atas.</translation>
  </message>
  <message>
   <source>Off: 100 % is one core. On: 100 % is all cores of this computer.</source>
   <translation>Mati: 100 % adalah satu inti. Hidup: 100 % adalah semua inti komputer ini.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Menyiapkan grafik…</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Mulai</translation>
  </message>
  <message>
   <source>The first {shown} of {count} selected instances are shown.</source>
   <translation>{shown} pertama dari {count} instans terpilih ditampilkan.</translation>
  </message>
 </context>
 <context>
  <name>ChoosePage</name>
  <message>
   <source>Choose &amp;all</source>
   <translation>Pilih &amp;semua</translation>
  </message>
  <message>
   <source>Choose n&amp;one</source>
   <translation>Pilih &amp;tidak ada</translation>
  </message>
  <message>
   <source>Update to &amp;version</source>
   <translation>Perbarui ke &amp;versi</translation>
  </message>
  <message>
   <source>Version to update to</source>
   <translation>Versi tujuan pembaruan</translation>
  </message>
 </context>
 <context>
  <name>CleanDialog</name>
  <message>
   <source> days</source>
   <translation> hari</translation>
  </message>
  <message>
   <source>&amp;Clean up</source>
   <translation>&amp;Bersihkan</translation>
  </message>
  <message>
   <source>&amp;Delete received media by itself once they are older than</source>
   <translation>&amp;Hapus otomatis media yang diterima jika lebih lama dari</translation>
  </message>
  <message>
   <source>1 file</source>
   <translation>1 file</translation>
  </message>
  <message>
   <source>1 file could not be removed.</source>
   <translation>1 file tidak dapat dihapus.</translation>
  </message>
  <message>
   <source>1 file is gone; {size} are free again.</source>
   <translation>1 file sudah dihapus; {size} bebas lagi.</translation>
  </message>
  <message>
   <source>1 file, {size}, is deleted now. It cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>1 file, {size}, dihapus sekarang. Tidak dapat dikembalikan. Chat dan sesi WhatsApp tetap.</translation>
  </message>
  <message>
   <source>1 file, {size}, is older than {days} days. It is of {when}.</source>
   <translation>1 file, {size}, lebih lama dari {days} hari. Berasal dari {when}.</translation>
  </message>
  <message>
   <source>Changed</source>
   <translation>Diubah</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Days</source>
   <translation>Hari</translation>
  </message>
  <message>
   <source>Delete media</source>
   <translation>Hapus media</translation>
  </message>
  <message>
   <source>Delete received media of {name}?</source>
   <translation>Hapus media yang diterima {name}?</translation>
  </message>
  <message>
   <source>Delete them &amp;now…</source>
   <translation>Hapus &amp;sekarang…</translation>
  </message>
  <message>
   <source>Disk of {name}</source>
   <translation>Disk {name}</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Mencari…</translation>
  </message>
  <message>
   <source>No received media are older than {days} days.</source>
   <translation>Tidak ada media yang diterima lebih dari {days} hari lalu.</translation>
  </message>
  <message>
   <source>Received media</source>
   <translation>Media yang diterima</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Ukuran</translation>
  </message>
  <message>
   <source>The folder has not been measured yet.</source>
   <translation>Folder belum diukur.</translation>
  </message>
  <message>
   <source>The largest files that would go</source>
   <translation>File terbesar yang akan dihapus</translation>
  </message>
  <message>
   <source>The largest of them</source>
   <translation>Yang terbesar di antaranya</translation>
  </message>
  <message>
   <source>There is nothing to clean up.</source>
   <translation>Tidak ada yang perlu dibersihkan.</translation>
  </message>
  <message>
   <source>What nobody misses</source>
   <translation>Yang tidak diperlukan lagi</translation>
  </message>
  <message>
   <source>WhatsApp sessions and chats are never touched. Links to deleted media in old messages lead nowhere.</source>
   <translation>Sesi WhatsApp dan chat tidak pernah disentuh. Tautan ke media yang dihapus di pesan lama tidak mengarah ke mana pun.</translation>
  </message>
  <message>
   <source>{count} files</source>
   <translation>{count} file</translation>
  </message>
  <message>
   <source>{count} files are gone; {size} are free again.</source>
   <translation>{count} file sudah dihapus; {size} bebas lagi.</translation>
  </message>
  <message>
   <source>{count} files could not be removed.</source>
   <translation>{count} file tidak dapat dihapus.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are deleted now. They cannot be brought back. Chats and the WhatsApp session stay.</source>
   <translation>{count} file, {size}, dihapus sekarang. Semuanya tidak dapat dikembalikan. Chat dan sesi WhatsApp tetap.</translation>
  </message>
  <message>
   <source>{count} files, {size}, are older than {days} days. The oldest is of {when}.</source>
   <translation>{count} file, {size}, lebih lama dari {days} hari. Yang terlama dari {when}.</translation>
  </message>
  <message>
   <source>{files}, {size}: dumps of the history, second copies of images, old QR pictures.</source>
   <translation>{files}, {size}: dump riwayat, salinan kedua gambar, gambar QR lama.</translation>
  </message>
 </context>
 <context>
  <name>CleanUpDialog</name>
  <message>
   <source>&amp;Keep the newest</source>
   <translation>&amp;Simpan yang terbaru</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Bersihkan versi</translation>
  </message>
  <message>
   <source>Nothing to remove.</source>
   <translation>Tidak ada yang perlu dihapus.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Hapus</translation>
  </message>
  <message>
   <source>Removes {versions} and frees {size}.</source>
   <translation>Menghapus {versions} dan mengosongkan {size}.</translation>
  </message>
  <message>
   <source>Versions that an instance uses stay in any case.</source>
   <translation>Versi yang dipakai instans selalu tetap ada.</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} lagi</translation>
  </message>
 </context>
 <context>
  <name>CloseQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>GOWA Desktop can stay in the tray: its icon shows how your instances are, and a click on it brings the window back.</source>
   <translation>GOWA Desktop dapat tetap ada di baki: ikonnya menunjukkan keadaan instans Anda, dan satu klik menampilkan kembali jendelanya.</translation>
  </message>
  <message>
   <source>Keep GOWA Desktop at hand?</source>
   <translation>Biarkan GOWA Desktop tetap siap?</translation>
  </message>
  <message>
   <source>Keep in task bar</source>
   <translation>Tetap di bilah tugas</translation>
  </message>
  <message>
   <source>Keep in tray</source>
   <translation>Tetap di baki</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Keluar</translation>
  </message>
  <message>
   <source>This desktop has no tray, so GOWA Desktop can stay in the task bar: a click there brings the window back.</source>
   <translation>Desktop ini tidak punya baki, jadi GOWA Desktop dapat tetap di bilah tugas: satu klik di sana menampilkan kembali jendelanya.</translation>
  </message>
  <message>
   <source>Your instances keep running either way, unless you choose to stop them when you quit.</source>
   <translation>Instans Anda tetap berjalan apa pun pilihannya, kecuali Anda memilih menghentikannya saat keluar.</translation>
  </message>
 </context>
 <context>
  <name>CommandLine</name>
  <message>
   <source>(After a restart.)</source>
   <translation>(Setelah dimulai ulang.)</translation>
  </message>
  <message>
   <source>(Until it is restarted.)</source>
   <translation>(Sampai dimulai ulang.)</translation>
  </message>
  <message>
   <source>(in the trash, for seven days at most)</source>
   <translation>(di tempat sampah, paling lama tujuh hari)</translation>
  </message>
  <message>
   <source>--json goes with a command or with --self-test.</source>
   <translation>--json dipakai bersama perintah atau --self-test.</translation>
  </message>
  <message>
   <source>--screenshot goes with --self-test.</source>
   <translation>--screenshot dipakai bersama --self-test.</translation>
  </message>
  <message>
   <source>--then goes with the window.</source>
   <translation>--then dipakai bersama jendela.</translation>
  </message>
  <message>
   <source>A command cannot be combined with a way to start the program.</source>
   <translation>Perintah tidak dapat digabung dengan cara memulai program.</translation>
  </message>
  <message>
   <source>A name and --all do not go together.</source>
   <translation>Nama dan --all tidak dapat dipakai bersama.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Tambahkan --yes untuk melakukannya.</translation>
  </message>
  <message>
   <source>Address</source>
   <translation>Alamat</translation>
  </message>
  <message>
   <source>As of {checked_at}.</source>
   <translation>Per {checked_at}.</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Chats</source>
   <translation>Chat</translation>
  </message>
  <message>
   <source>Check the path after --data-dir, or start GOWA Desktop with it once.</source>
   <translation>Periksa path setelah --data-dir, atau mulai GOWA Desktop sekali dengannya.</translation>
  </message>
  <message>
   <source>Checksum</source>
   <translation>Checksum</translation>
  </message>
  <message>
   <source>Choose another with --data-dir.</source>
   <translation>Pilih yang lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Created</source>
   <translation>Dibuat</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Dihapus</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>Ends by itself</source>
   <translation>Jika berakhir sendiri</translation>
  </message>
  <message>
   <source>Error</source>
   <translation>Galat</translation>
  </message>
  <message>
   <source>Exit codes: 0 done, 1 failed for one instance or more, 2 wrong use, 3 GOWA Desktop is not running; with --json each error has a code. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list and logs also work while it is not running.</source>
   <translation>Kode keluar: 0 selesai, 1 gagal untuk satu instans atau lebih, 2 pemakaian salah, 3 GOWA Desktop tidak berjalan; dengan --json setiap galat punya kode. list, status, stats, config show, config templates list, versions list, versions available, updates, snapshots list, trash list, dan logs juga berfungsi saat tidak berjalan.</translation>
  </message>
  <message>
   <source>Exposed</source>
   <translation>Terbuka</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Gagal</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>File</translation>
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
   <translation>Hilang</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Terinstal</translation>
  </message>
  <message>
   <source>JSON carries everything, a .env what GOWA itself can read</source>
   <translation>JSON memuat semuanya, .env hanya yang dapat dibaca GOWA sendiri</translation>
  </message>
  <message>
   <source>Key</source>
   <translation>Kunci</translation>
  </message>
  <message>
   <source>Kill which instance?</source>
   <translation>Instans mana yang dihentikan paksa?</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Log</translation>
  </message>
  <message>
   <source>Made</source>
   <translation>Dibuat</translation>
  </message>
  <message>
   <source>Meaning</source>
   <translation>Arti</translation>
  </message>
  <message>
   <source>Media</source>
   <translation>Media</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Batas memori</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>Name one after --data-dir, or leave it out.</source>
   <translation>Sebutkan satu setelah --data-dir, atau hilangkan.</translation>
  </message>
  <message>
   <source>Names and --all do not go together.</source>
   <translation>Nama-nama dan --all tidak dapat dipakai bersama.</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Tidak ada baris yang cocok.</translation>
  </message>
  <message>
   <source>No releases are known yet. Ask for them with: gowa-desktop versions available --refresh</source>
   <translation>Belum ada rilis yang diketahui. Tanyakan dengan: gowa-desktop versions available --refresh</translation>
  </message>
  <message>
   <source>No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE</source>
   <translation>Belum ada versi GOWA yang terinstal. Dapatkan dengan: gowa-desktop versions install latest, atau gowa-desktop versions import FILE</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Catatan</translation>
  </message>
  <message>
   <source>Nothing was updated yet. Begin with: gowa-desktop update NAME</source>
   <translation>Belum ada yang diperbarui. Mulai dengan: gowa-desktop update NAME</translation>
  </message>
  <message>
   <source>Option</source>
   <translation>Opsi</translation>
  </message>
  <message>
   <source>Over: {sentence}</source>
   <translation>Sudah berakhir: {sentence}</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Port</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioritas</translation>
  </message>
  <message>
   <source>Process</source>
   <translation>Proses</translation>
  </message>
  <message>
   <source>Processes</source>
   <translation>Proses</translation>
  </message>
  <message>
   <source>Published</source>
   <translation>Diterbitkan</translation>
  </message>
  <message>
   <source>Restart which instance?</source>
   <translation>Instans mana yang dimulai ulang?</translation>
  </message>
  <message>
   <source>Retry in {time}</source>
   <translation>Coba lagi dalam {time}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Mencoba lagi</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer. Without a command: the window.</source>
   <translation>Jalankan, pantau, dan jaga agar server API WhatsApp GOWA tetap hidup di komputer Anda sendiri. Tanpa perintah: jendela.</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Berjalan</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Berjalan, tidak menjawab</translation>
  </message>
  <message>
   <source>See {program} --help.</source>
   <translation>Lihat {program} --help.</translation>
  </message>
  <message>
   <source>See {prog} --help.</source>
   <translation>Lihat {prog} --help.</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sesi</translation>
  </message>
  <message>
   <source>Set GOWA_DESKTOP_DEBUG=1 to see the details.</source>
   <translation>Setel GOWA_DESKTOP_DEBUG=1 untuk melihat rinciannya.</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Ukuran</translation>
  </message>
  <message>
   <source>Snapshot</source>
   <translation>Snapshot</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop: {summary}.</source>
   <translation>Ada yang salah di dalam GOWA Desktop: {summary}.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Sumber</translation>
  </message>
  <message>
   <source>Start it with: gowa-desktop start {name}</source>
   <translation>Mulai dengan: gowa-desktop start {name}</translation>
  </message>
  <message>
   <source>Start which instance?</source>
   <translation>Instans mana yang dimulai?</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Memulai</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Keadaan</translation>
  </message>
  <message>
   <source>Stop which instance?</source>
   <translation>Instans mana yang dihentikan?</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Berhenti</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Menghentikan</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tag</translation>
  </message>
  <message>
   <source>The command line is wrong: {problem}.</source>
   <translation>Baris perintah salah: {problem}.</translation>
  </message>
  <message>
   <source>The data folder can be used now.</source>
   <translation>Folder data sekarang dapat dipakai.</translation>
  </message>
  <message>
   <source>The data folder is empty.</source>
   <translation>Nama folder data kosong.</translation>
  </message>
  <message>
   <source>The data folder {path} cannot be read: {strerror}.</source>
   <translation>Folder data {path} tidak dapat dibaca: {strerror}.</translation>
  </message>
  <message>
   <source>The details are in {place}.</source>
   <translation>Rinciannya ada di {place}.</translation>
  </message>
  <message>
   <source>The logs of which instance?</source>
   <translation>Log instans yang mana?</translation>
  </message>
  <message>
   <source>The output could not be written ({strerror}). Make room where it goes, and try again.</source>
   <translation>Keluaran tidak dapat ditulis ({strerror}). Kosongkan ruang di tujuannya, lalu coba lagi.</translation>
  </message>
  <message>
   <source>The program ended before it was over.</source>
   <translation>Program berakhir sebelum selesai.</translation>
  </message>
  <message>
   <source>The trash is empty. What is deleted stays there for 7 days.</source>
   <translation>Tempat sampah kosong. Yang dihapus tetap di sana selama 7 hari.</translation>
  </message>
  <message>
   <source>There are no instances yet. Create one with: gowa-desktop create NAME</source>
   <translation>Belum ada instans. Buat dengan: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME</source>
   <translation>Belum ada snapshot instans ini. Buat dengan: gowa-desktop snapshots create NAME</translation>
  </message>
  <message>
   <source>There are no templates yet. Save one with: gowa-desktop config templates save NAME TEMPLATE</source>
   <translation>Belum ada templat. Simpan dengan: gowa-desktop config templates save NAME TEMPLATE</translation>
  </message>
  <message>
   <source>There is no data folder {data_dir}.</source>
   <translation>Tidak ada folder data {data_dir}.</translation>
  </message>
  <message>
   <source>This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}.</source>
   <translation>Komputer ini: CPU {cpu} dari {cores} inti, memori {memory} dari {memory_total}, disk {free} bebas dari {disk_total}.</translation>
  </message>
  <message>
   <source>This would delete {name} with its data, its WhatsApp session included.</source>
   <translation>Ini akan menghapus {name} beserta datanya, termasuk sesi WhatsApp-nya.</translation>
  </message>
  <message>
   <source>This would move the data of {name}, its WhatsApp session included, to the trash.</source>
   <translation>Ini akan memindahkan data {name}, termasuk sesi WhatsApp-nya, ke tempat sampah.</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>Thread</translation>
  </message>
  <message>
   <source>Unique</source>
   <translation>Unik</translation>
  </message>
  <message>
   <source>Update which instance?</source>
   <translation>Instans mana yang diperbarui?</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Waktu aktif</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Dipakai oleh</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Nilai</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
  <message>
   <source>Wanted</source>
   <translation>Diinginkan</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Apa</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Alasan</translation>
  </message>
  <message>
   <source>Write {program} logs NAME, or {program2} logs --all.</source>
   <translation>Tulis {program} logs NAME, atau {program2} logs --all.</translation>
  </message>
  <message>
   <source>Write {program} {verb} NAME, or {program2} {verb2} --all.</source>
   <translation>Tulis {program} {verb} NAME, atau {program2} {verb2} --all.</translation>
  </message>
  <message>
   <source>a release zip of GOWA, or its program</source>
   <translation>zip rilis GOWA, atau programnya</translation>
  </message>
  <message>
   <source>all instances</source>
   <translation>semua instans</translation>
  </message>
  <message>
   <source>all its tags, with commas between them; empty for none</source>
   <translation>semua tagnya, dipisahkan koma; kosong untuk tanpa tag</translation>
  </message>
  <message>
   <source>all logs as one, GOWA Desktop's own among them</source>
   <translation>semua log menjadi satu, termasuk milik GOWA Desktop</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>selalu dimulai ulang</translation>
  </message>
  <message>
   <source>an installed version, such as v9.2.0; without it the highest</source>
   <translation>versi terinstal, seperti v9.2.0; tanpa ini yang tertinggi</translation>
  </message>
  <message>
   <source>an option, such as debug=true; repeat it for lists</source>
   <translation>sebuah opsi, seperti debug=true; ulangi untuk daftar</translation>
  </message>
  <message>
   <source>another name</source>
   <translation>nama lain</translation>
  </message>
  <message>
   <source>apply a template to instances; what it does not name stays</source>
   <translation>terapkan templat ke instans; yang tidak disebutnya tetap</translation>
  </message>
  <message>
   <source>argument {name}: {problem}</source>
   <translation>argumen {name}: {problem}</translation>
  </message>
  <message>
   <source>ask the release server now</source>
   <translation>tanyakan server rilis sekarang</translation>
  </message>
  <message>
   <source>bring the databases of an instance back to what they were</source>
   <translation>kembalikan basis data instans seperti semula</translation>
  </message>
  <message>
   <source>change the name of an instance, its tags and notes, and how it is supervised</source>
   <translation>ubah nama instans, tag dan catatannya, serta cara pengawasannya</translation>
  </message>
  <message>
   <source>commands</source>
   <translation>perintah</translation>
  </message>
  <message>
   <source>copy settings of one instance to others; the port and the database addresses stay</source>
   <translation>salin pengaturan satu instans ke yang lain; port dan alamat basis data tetap</translation>
  </message>
  <message>
   <source>create an instance</source>
   <translation>buat instans</translation>
  </message>
  <message>
   <source>delete a snapshot</source>
   <translation>hapus snapshot</translation>
  </message>
  <message>
   <source>delete a template; instances keep what they have</source>
   <translation>hapus templat; instans tetap memiliki yang ada</translation>
  </message>
  <message>
   <source>delete an instance with its data</source>
   <translation>hapus instans beserta datanya</translation>
  </message>
  <message>
   <source>delete something of the trash for good</source>
   <translation>hapus sesuatu dari tempat sampah selamanya</translation>
  </message>
  <message>
   <source>do it</source>
   <translation>lakukan</translation>
  </message>
  <message>
   <source>do it even where chats are set aside</source>
   <translation>lakukan meskipun chat disisihkan</translation>
  </message>
  <message>
   <source>do not wait for one instance to do well before the others follow</source>
   <translation>jangan menunggu satu instans berjalan baik sebelum yang lain menyusul</translation>
  </message>
  <message>
   <source>do the main job with a simulated GOWA, print each step with its time and end</source>
   <translation>lakukan pekerjaan utama dengan GOWA simulasi, tampilkan tiap langkah dengan waktunya, lalu berakhir</translation>
  </message>
  <message>
   <source>download a version, check it and install it</source>
   <translation>unduh versi, periksa, dan instal</translation>
  </message>
  <message>
   <source>end instances at once, without waiting for open requests</source>
   <translation>akhiri instans seketika, tanpa menunggu permintaan yang terbuka</translation>
  </message>
  <message>
   <source>end the instances as well; the next start brings them back</source>
   <translation>akhiri juga instans; mulai berikutnya mengembalikannya</translation>
  </message>
  <message>
   <source>end the program; instances keep running</source>
   <translation>akhiri program; instans tetap berjalan</translation>
  </message>
  <message>
   <source>equal</source>
   <translation>sama</translation>
  </message>
  <message>
   <source>expected at least one argument</source>
   <translation>diperlukan setidaknya satu argumen</translation>
  </message>
  <message>
   <source>expected at most one argument</source>
   <translation>diperlukan paling banyak satu argumen</translation>
  </message>
  <message>
   <source>expected one argument</source>
   <translation>diperlukan satu argumen</translation>
  </message>
  <message>
   <source>folder with the instances; every folder has a program of its own</source>
   <translation>folder berisi instans; setiap folder punya program sendiri</translation>
  </message>
  <message>
   <source>give a template another name</source>
   <translation>beri templat nama lain</translation>
  </message>
  <message>
   <source>go on with what comes, until Ctrl-C</source>
   <translation>lanjutkan dengan yang datang, sampai Ctrl-C</translation>
  </message>
  <message>
   <source>how many of the newest to keep; without it 3</source>
   <translation>berapa yang terbaru disimpan; tanpa ini 3</translation>
  </message>
  <message>
   <source>ignored explicit argument {value}</source>
   <translation>argumen eksplisit diabaikan {value}</translation>
  </message>
  <message>
   <source>install a version from a file</source>
   <translation>instal versi dari file</translation>
  </message>
  <message>
   <source>installed</source>
   <translation>terinstal</translation>
  </message>
  <message>
   <source>instance</source>
   <translation>instans</translation>
  </message>
  <message>
   <source>invalid choice: {value} (choose from {choices})</source>
   <translation>pilihan tidak sah: {value} (pilih dari {choices})</translation>
  </message>
  <message>
   <source>invalid {kind} value: {value}</source>
   <translation>nilai {kind} tidak sah: {value}</translation>
  </message>
  <message>
   <source>its data</source>
   <translation>datanya</translation>
  </message>
  <message>
   <source>its new name</source>
   <translation>nama barunya</translation>
  </message>
  <message>
   <source>keep colours and GOWA's own words; secrets stay hidden</source>
   <translation>pertahankan warna dan kata-kata GOWA sendiri; rahasia tetap tersembunyi</translation>
  </message>
  <message>
   <source>list all instances</source>
   <translation>daftar semua instans</translation>
  </message>
  <message>
   <source>list pre-releases, too</source>
   <translation>daftar pra-rilis juga</translation>
  </message>
  <message>
   <source>list the installed versions</source>
   <translation>daftar versi yang terinstal</translation>
  </message>
  <message>
   <source>list the snapshots of an instance</source>
   <translation>daftar snapshot sebuah instans</translation>
  </message>
  <message>
   <source>list the templates and what they set</source>
   <translation>daftar templat dan yang diaturnya</translation>
  </message>
  <message>
   <source>list the versions that can be installed</source>
   <translation>daftar versi yang dapat diinstal</translation>
  </message>
  <message>
   <source>list what is in the trash</source>
   <translation>daftar isi tempat sampah</translation>
  </message>
  <message>
   <source>list, install, import and remove versions of GOWA</source>
   <translation>daftar, instal, impor, dan hapus versi GOWA</translation>
  </message>
  <message>
   <source>list, make, restore and delete copies of the databases of an instance</source>
   <translation>daftar, buat, pulihkan, dan hapus salinan basis data instans</translation>
  </message>
  <message>
   <source>list, put back and delete for good what was deleted in the last 7 days</source>
   <translation>daftar, kembalikan, dan hapus selamanya yang dihapus dalam 7 hari terakhir</translation>
  </message>
  <message>
   <source>low</source>
   <translation>rendah</translation>
  </message>
  <message>
   <source>low gives way to other programs</source>
   <translation>low mengalah pada program lain</translation>
  </message>
  <message>
   <source>measure the memory that each has to itself, too; takes a moment</source>
   <translation>ukur juga memori yang dimiliki masing-masing sendiri; perlu sebentar</translation>
  </message>
  <message>
   <source>move instances to another version, one first, with a way back when it does not do</source>
   <translation>pindahkan instans ke versi lain, satu dahulu, dengan jalan kembali bila tidak berhasil</translation>
  </message>
  <message>
   <source>name of the new instance</source>
   <translation>nama instans baru</translation>
  </message>
  <message>
   <source>name of the template</source>
   <translation>nama templat</translation>
  </message>
  <message>
   <source>name or key of an instance</source>
   <translation>nama atau kunci instans</translation>
  </message>
  <message>
   <source>name or key of an instance that gets them</source>
   <translation>nama atau kunci instans yang menerimanya</translation>
  </message>
  <message>
   <source>name or key of an instance; without it all</source>
   <translation>nama atau kunci instans; tanpa ini semua</translation>
  </message>
  <message>
   <source>name or key of the instance</source>
   <translation>nama atau kunci instans</translation>
  </message>
  <message>
   <source>name or key of the instance that has them</source>
   <translation>nama atau kunci instans yang memilikinya</translation>
  </message>
  <message>
   <source>name, key or folder, as the list names it; of several the newest</source>
   <translation>nama, kunci, atau folder, seperti di daftar; dari beberapa, yang terbaru</translation>
  </message>
  <message>
   <source>never restarted</source>
   <translation>tidak pernah dimulai ulang</translation>
  </message>
  <message>
   <source>no file for this computer</source>
   <translation>tidak ada file untuk komputer ini</translation>
  </message>
  <message>
   <source>none</source>
   <translation>tidak ada</translation>
  </message>
  <message>
   <source>not allowed with argument {name}</source>
   <translation>tidak boleh bersama argumen {name}</translation>
  </message>
  <message>
   <source>number of lines</source>
   <translation>jumlah baris</translation>
  </message>
  <message>
   <source>one of the arguments {names} is required</source>
   <translation>salah satu argumen {names} diperlukan</translation>
  </message>
  <message>
   <source>only lines of this level or worse</source>
   <translation>hanya baris tingkat ini atau lebih buruk</translation>
  </message>
  <message>
   <source>only lines that fit a regular expression</source>
   <translation>hanya baris yang cocok dengan ekspresi reguler</translation>
  </message>
  <message>
   <source>only say what would be done</source>
   <translation>hanya katakan apa yang akan dilakukan</translation>
  </message>
  <message>
   <source>only show what would change</source>
   <translation>hanya tampilkan apa yang akan berubah</translation>
  </message>
  <message>
   <source>only this option; repeat it for more</source>
   <translation>hanya opsi ini; ulangi untuk lebih banyak</translation>
  </message>
  <message>
   <source>open the window, then start or stop every instance</source>
   <translation>buka jendela, lalu mulai atau hentikan semua instans</translation>
  </message>
  <message>
   <source>options</source>
   <translation>opsi</translation>
  </message>
  <message>
   <source>port; without it a free one</source>
   <translation>port; tanpa ini yang bebas</translation>
  </message>
  <message>
   <source>positional arguments</source>
   <translation>argumen posisi</translation>
  </message>
  <message>
   <source>pre-release</source>
   <translation>pra-rilis</translation>
  </message>
  <message>
   <source>print the result as JSON</source>
   <translation>tampilkan hasil sebagai JSON</translation>
  </message>
  <message>
   <source>print the version</source>
   <translation>tampilkan versi</translation>
  </message>
  <message>
   <source>put a deleted instance back, stopped, or the data of one that was reset</source>
   <translation>kembalikan instans yang dihapus, dalam keadaan berhenti, atau data instans yang direset</translation>
  </message>
  <message>
   <source>put options of an instance back to their defaults</source>
   <translation>kembalikan opsi instans ke bawaannya</translation>
  </message>
  <message>
   <source>received media that are older than N days instead</source>
   <translation>sebagai gantinya media yang diterima lebih dari N hari lalu</translation>
  </message>
  <message>
   <source>remove a version that no instance uses</source>
   <translation>hapus versi yang tidak dipakai instans mana pun</translation>
  </message>
  <message>
   <source>remove old versions that no instance uses</source>
   <translation>hapus versi lama yang tidak dipakai instans mana pun</translation>
  </message>
  <message>
   <source>replace the file if it exists</source>
   <translation>ganti file jika sudah ada</translation>
  </message>
  <message>
   <source>replace the template if it exists</source>
   <translation>ganti templat jika sudah ada</translation>
  </message>
  <message>
   <source>restart it when it takes more megabytes; 0 for no limit</source>
   <translation>mulai ulang bila memakai lebih banyak megabyte; 0 untuk tanpa batas</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>dimulai ulang saat gagal</translation>
  </message>
  <message>
   <source>run without a window until told to end</source>
   <translation>berjalan tanpa jendela sampai diminta berakhir</translation>
  </message>
  <message>
   <source>save the databases of an instance, also while it runs</source>
   <translation>simpan basis data instans, juga saat berjalan</translation>
  </message>
  <message>
   <source>save the settings of an instance as a template</source>
   <translation>simpan pengaturan instans sebagai templat</translation>
  </message>
  <message>
   <source>say which files of an instance nobody misses, and with --yes remove them; databases always stay</source>
   <translation>katakan file instans mana yang tidak diperlukan, dan dengan --yes hapus; basis data selalu tetap</translation>
  </message>
  <message>
   <source>set options of an instance</source>
   <translation>atur opsi instans</translation>
  </message>
  <message>
   <source>settings with a name, for any number of instances</source>
   <translation>pengaturan bernama, untuk berapa pun instans</translation>
  </message>
  <message>
   <source>show every setting of an instance; * marks what differs from the default</source>
   <translation>tampilkan semua pengaturan instans; * menandai yang berbeda dari bawaan</translation>
  </message>
  <message>
   <source>show one instance</source>
   <translation>tampilkan satu instans</translation>
  </message>
  <message>
   <source>show secrets in clear</source>
   <translation>tampilkan rahasia secara terbuka</translation>
  </message>
  <message>
   <source>show the details of an error inside the program</source>
   <translation>tampilkan rincian galat di dalam program</translation>
  </message>
  <message>
   <source>show the window with simulated instances</source>
   <translation>tampilkan jendela dengan instans simulasi</translation>
  </message>
  <message>
   <source>show this help message and exit</source>
   <translation>tampilkan bantuan ini lalu keluar</translation>
  </message>
  <message>
   <source>show what an instance wrote last</source>
   <translation>tampilkan yang terakhir ditulis instans</translation>
  </message>
  <message>
   <source>show what became of the last updates</source>
   <translation>tampilkan hasil pembaruan terakhir</translation>
  </message>
  <message>
   <source>show what instances and this computer use: CPU, memory, processes, open files, folders</source>
   <translation>tampilkan yang dipakai instans dan komputer ini: CPU, memori, proses, file terbuka, folder</translation>
  </message>
  <message>
   <source>show what the settings in a file would change, and with --yes take them over</source>
   <translation>tampilkan apa yang akan diubah pengaturan dalam file, dan dengan --yes terapkan</translation>
  </message>
  <message>
   <source>show, change, copy, export and import settings</source>
   <translation>tampilkan, ubah, salin, ekspor, dan impor pengaturan</translation>
  </message>
  <message>
   <source>sign-ins, secrets and tokens too</source>
   <translation>juga info masuk, rahasia, dan token</translation>
  </message>
  <message>
   <source>start in the tray or the task bar</source>
   <translation>mulai di baki atau bilah tugas</translation>
  </message>
  <message>
   <source>start instances and wait until they are ready</source>
   <translation>mulai instans dan tunggu sampai siap</translation>
  </message>
  <message>
   <source>start it and wait until it is ready</source>
   <translation>mulai dan tunggu sampai siap</translation>
  </message>
  <message>
   <source>stop instances</source>
   <translation>hentikan instans</translation>
  </message>
  <message>
   <source>stop instances and start them again</source>
   <translation>hentikan instans dan mulai lagi</translation>
  </message>
  <message>
   <source>such as debug, args or env.NAME</source>
   <translation>seperti debug, args, atau env.NAME</translation>
  </message>
  <message>
   <source>such as debug=true; repeat an option for a list; args=WORD and env.NAME=VALUE for extras; a lone OPTION is asked for</source>
   <translation>seperti debug=true; ulangi opsi untuk daftar; args=WORD dan env.NAME=VALUE untuk tambahan; OPTION saja akan ditanyakan</translation>
  </message>
  <message>
   <source>such as v9.2.0</source>
   <translation>seperti v9.2.0</translation>
  </message>
  <message>
   <source>such as v9.2.0, or latest</source>
   <translation>seperti v9.2.0, atau latest</translation>
  </message>
  <message>
   <source>take away the data of an instance, its WhatsApp session included</source>
   <translation>singkirkan data instans, termasuk sesi WhatsApp-nya</translation>
  </message>
  <message>
   <source>take them over</source>
   <translation>terapkan</translation>
  </message>
  <message>
   <source>the following arguments are required: {names}</source>
   <translation>argumen berikut diperlukan: {names}</translation>
  </message>
  <message>
   <source>the snapshot, as the list names it; its beginning is enough</source>
   <translation>snapshot, seperti di daftar; awalnya saja cukup</translation>
  </message>
  <message>
   <source>the version, when the file's name does not tell it</source>
   <translation>versinya, bila nama file tidak menyebutkannya</translation>
  </message>
  <message>
   <source>the zip to write</source>
   <translation>zip yang ditulis</translation>
  </message>
  <message>
   <source>unrecognized arguments: {words}</source>
   <translation>argumen tidak dikenal: {words}</translation>
  </message>
  <message>
   <source>usage: </source>
   <translation>pemakaian: </translation>
  </message>
  <message>
   <source>version of GOWA, such as v9.2.0; without it the latest</source>
   <translation>versi GOWA, seperti v9.2.0; tanpa ini yang terbaru</translation>
  </message>
  <message>
   <source>what you want to know about it; empty for nothing</source>
   <translation>yang ingin Anda ketahui tentangnya; kosong untuk tidak ada</translation>
  </message>
  <message>
   <source>where to; a name that ends in .env gives that format</source>
   <translation>ke mana; nama yang berakhir .env memberi format itu</translation>
  </message>
  <message>
   <source>whether it is started again when it ends by itself</source>
   <translation>apakah dimulai lagi saat berakhir sendiri</translation>
  </message>
  <message>
   <source>why it is made</source>
   <translation>mengapa dibuat</translation>
  </message>
  <message>
   <source>with --self-test: save a picture of the window</source>
   <translation>dengan --self-test: simpan gambar jendela</translation>
  </message>
  <message>
   <source>write a zip with versions, settings, states, last logs and system facts, secrets hidden</source>
   <translation>tulis zip berisi versi, pengaturan, keadaan, log terakhir, dan fakta sistem, rahasia disembunyikan</translation>
  </message>
  <message>
   <source>write the settings of an instance to a file</source>
   <translation>tulis pengaturan instans ke file</translation>
  </message>
  <message>
   <source>written by config export or gowa-manager, or a .env for GOWA</source>
   <translation>ditulis oleh config export atau gowa-manager, atau .env untuk GOWA</translation>
  </message>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} dari {total}</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} dan {count} lagi</translation>
  </message>
  <message>
   <source>{name} has written nothing yet.</source>
   <translation>{name} belum menulis apa pun.</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>tersisa {time}</translation>
  </message>
  <message>
   <source>“{text}” is no whole number</source>
   <translation>“{text}” bukan bilangan bulat</translation>
  </message>
 </context>
 <context>
  <name>CommandPalette</name>
  <message>
   <source>Command palette</source>
   <translation>Palet perintah</translation>
  </message>
  <message>
   <source>Enter does it, Esc closes.</source>
   <translation>Enter menjalankan, Esc menutup.</translation>
  </message>
  <message>
   <source>Nothing fits. Try fewer letters.</source>
   <translation>Tidak ada yang cocok. Coba lebih sedikit huruf.</translation>
  </message>
  <message>
   <source>Type what to do, or the name of an instance</source>
   <translation>Ketik apa yang akan dilakukan, atau nama instans</translation>
  </message>
  <message>
   <source>What fits</source>
   <translation>Yang cocok</translation>
  </message>
  <message>
   <source>What to do, or the name of an instance</source>
   <translation>Apa yang akan dilakukan, atau nama instans</translation>
  </message>
  <message>
   <source>not possible now: {reason}</source>
   <translation>tidak mungkin sekarang: {reason}</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} dari {count}</translation>
  </message>
 </context>
 <context>
  <name>ConditionBar</name>
  <message>
   <source>Lasting problems</source>
   <translation>Masalah yang berlanjut</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Mulai ulang</translation>
  </message>
  <message>
   <source>Restore now</source>
   <translation>Pulihkan sekarang</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Coba lagi</translation>
  </message>
 </context>
 <context>
  <name>ConfigActions</name>
  <message>
   <source>Change one setting…</source>
   <translation>Ubah satu pengaturan…</translation>
  </message>
  <message>
   <source>Copy settings from…</source>
   <translation>Salin pengaturan dari…</translation>
  </message>
  <message>
   <source>Export settings…</source>
   <translation>Ekspor pengaturan…</translation>
  </message>
  <message>
   <source>Import settings…</source>
   <translation>Impor pengaturan…</translation>
  </message>
  <message>
   <source>Settings of the instance</source>
   <translation>Pengaturan instans</translation>
  </message>
  <message>
   <source>Templates…</source>
   <translation>Templat…</translation>
  </message>
 </context>
 <context>
  <name>ConfigDesk</name>
  <message>
   <source>All files (*)</source>
   <translation>Semua file (*)</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Changed for {who}: {what}.</source>
   <translation>Diubah untuk {who}: {what}.</translation>
  </message>
  <message>
   <source>Changing settings: {done} of {count}</source>
   <translation>Mengubah pengaturan: {done} dari {count}</translation>
  </message>
  <message>
   <source>Export settings</source>
   <translation>Ekspor pengaturan</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Impor pengaturan ke {name}</translation>
  </message>
  <message>
   <source>It runs with its old settings until it is restarted.</source>
   <translation>Berjalan dengan pengaturan lama sampai dimulai ulang.</translation>
  </message>
  <message>
   <source>Not everything could be changed</source>
   <translation>Tidak semuanya dapat diubah</translation>
  </message>
  <message>
   <source>Restart now</source>
   <translation>Mulai ulang sekarang</translation>
  </message>
  <message>
   <source>Settings ({patterns})</source>
   <translation>Pengaturan ({patterns})</translation>
  </message>
  <message>
   <source>Taken back for {who}.</source>
   <translation>Dibatalkan untuk {who}.</translation>
  </message>
  <message>
   <source>The settings of {name} are in {path}.</source>
   <translation>Pengaturan {name} ada di {path}.</translation>
  </message>
  <message>
   <source>The template {name} was deleted. Instances keep what they have.</source>
   <translation>Templat {name} dihapus. Instans tetap memakai yang sudah ada.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Urungkan</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>dan {count} lainnya</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instans</translation>
  </message>
  <message>
   <source>{count} of them run with their old settings until they are restarted.</source>
   <translation>{count} di antaranya berjalan dengan pengaturan lama sampai dimulai ulang.</translation>
  </message>
  <message>
   <source>{count} settings</source>
   <translation>{count} pengaturan</translation>
  </message>
 </context>
 <context>
  <name>ConfigDrafts</name>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Perbaiki nilainya dan coba lagi.</translation>
  </message>
 </context>
 <context>
  <name>ConfigForm</name>
  <message>
   <source>1 setting found</source>
   <translation>1 pengaturan ditemukan</translation>
  </message>
  <message>
   <source>Extras</source>
   <translation>Tambahan</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>Pratinjau</translation>
  </message>
  <message>
   <source>Turn on “{switch}” first.</source>
   <translation>Hidupkan dulu “{switch}”.</translation>
  </message>
  <message>
   <source>{count} settings found</source>
   <translation>{count} pengaturan ditemukan</translation>
  </message>
 </context>
 <context>
  <name>ConfigureTab</name>
  <message>
   <source>A file .env lies in the folder of this instance and sets {names}.</source>
   <translation>Ada file .env di folder instans ini yang menetapkan {names}.</translation>
  </message>
  <message>
   <source>Changed elsewhere too: {names}. Saving overwrites that.</source>
   <translation>Juga diubah di tempat lain: {names}. Menyimpan akan menimpanya.</translation>
  </message>
  <message>
   <source>Changed elsewhere: {names}. Your edits are kept.</source>
   <translation>Diubah di tempat lain: {names}. Perubahan Anda dipertahankan.</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Impor</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>Oke</translation>
  </message>
  <message>
   <source>Set aside</source>
   <translation>Sisihkan</translation>
  </message>
  <message>
   <source>Use theirs</source>
   <translation>Pakai yang di sana</translation>
  </message>
  <message>
   <source>nothing that can be read</source>
   <translation>tidak ada yang dapat dibaca</translation>
  </message>
 </context>
 <context>
  <name>ConfirmDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} dan {count} lagi</translation>
  </message>
 </context>
 <context>
  <name>ConnectSection</name>
  <message>
   <source>Base URL</source>
   <translation>URL dasar</translation>
  </message>
  <message>
   <source>Connect</source>
   <translation>Hubungkan</translation>
  </message>
  <message>
   <source>Copy the base URL</source>
   <translation>Salin URL dasar</translation>
  </message>
  <message>
   <source>Copy the curl line</source>
   <translation>Salin baris curl</translation>
  </message>
  <message>
   <source>Copy the curl line with its password</source>
   <translation>Salin baris curl dengan kata sandinya</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Salin kata sandi</translation>
  </message>
  <message>
   <source>Copy the webhook</source>
   <translation>Salin webhook</translation>
  </message>
  <message>
   <source>Hide</source>
   <translation>Sembunyikan</translation>
  </message>
  <message>
   <source>No password: any program on this computer may use the API</source>
   <translation>Tanpa kata sandi: program apa pun di komputer ini dapat memakai API</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Tidak ada</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Tampilkan</translation>
  </message>
  <message>
   <source>Reveal the password of {user}</source>
   <translation>Tampilkan kata sandi {user}</translation>
  </message>
  <message>
   <source>Sign-in</source>
   <translation>Info masuk</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhook</translation>
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
   <translation>Disalin</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Salin</translation>
  </message>
 </context>
 <context>
  <name>CopyDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;Semua pengaturan</translation>
  </message>
  <message>
   <source>&amp;Chosen settings</source>
   <translation>Pengaturan &amp;pilihan</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Salin</translation>
  </message>
  <message>
   <source>Copy from</source>
   <translation>Salin dari</translation>
  </message>
  <message>
   <source>Copy settings to {count} instances</source>
   <translation>Salin pengaturan ke {count} instans</translation>
  </message>
  <message>
   <source>Copy settings to {name}</source>
   <translation>Salin pengaturan ke {name}</translation>
  </message>
  <message>
   <source>Copy the webhook secret, sign-ins and other &amp;secrets too</source>
   <translation>Salin juga rahasia webhook, info masuk, dan &amp;rahasia lainnya</translation>
  </message>
  <message>
   <source>It holds a secret.</source>
   <translation>Berisi rahasia.</translation>
  </message>
  <message>
   <source>Settings to copy</source>
   <translation>Pengaturan yang disalin</translation>
  </message>
  <message>
   <source>The port always stays: it belongs to the instance.</source>
   <translation>Port selalu tetap: port milik instans.</translation>
  </message>
  <message>
   <source>Whoever knows the secrets of one instance then knows those of all.</source>
   <translation>Siapa pun yang tahu rahasia satu instans akan tahu rahasia semuanya.</translation>
  </message>
 </context>
 <context>
  <name>CrashCard</name>
  <message>
   <source>Copy report</source>
   <translation>Salin laporan</translation>
  </message>
  <message>
   <source>Copy the report</source>
   <translation>Salin laporan</translation>
  </message>
  <message>
   <source>Last lines of the log</source>
   <translation>Baris terakhir log</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Coba lagi sekarang</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Tampilkan log</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Mulai lagi</translation>
  </message>
  <message>
   <source>Undo the changes</source>
   <translation>Urungkan perubahan</translation>
  </message>
  <message>
   <source>Use another port</source>
   <translation>Gunakan port lain</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Gunakan port {port}</translation>
  </message>
  <message>
   <source>Use the port and the settings with which it last ran well, and start it.</source>
   <translation>Gunakan port dan pengaturan saat terakhir berjalan baik, lalu mulai.</translation>
  </message>
 </context>
 <context>
  <name>DeletionUndo</name>
  <message>
   <source>Not everything could be put back</source>
   <translation>Tidak semuanya dapat dikembalikan</translation>
  </message>
  <message>
   <source>Putting back: {done} of {count}</source>
   <translation>Mengembalikan: {done} dari {count}</translation>
  </message>
  <message>
   <source>The data of {name} was moved to the trash for 7 days.</source>
   <translation>Data {name} dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Urungkan</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>dan {count} lainnya</translation>
  </message>
  <message>
   <source>{count} instances are back.</source>
   <translation>{count} instans kembali.</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} sudah kembali.</translation>
  </message>
  <message>
   <source>{name} is not in the trash any more.</source>
   <translation>{name} sudah tidak ada di tempat sampah.</translation>
  </message>
  <message>
   <source>{name} was moved to the trash for 7 days.</source>
   <translation>{name} dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
 </context>
 <context>
  <name>DiagnosticsDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Files</source>
   <translation>File</translation>
  </message>
  <message>
   <source>Save…</source>
   <translation>Simpan…</translation>
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
   <translation>Lepas file untuk mengimpor versi GOWA ini</translation>
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
   <translation>Sebelumnya</translation>
  </message>
  <message>
   <source>Earlier ends of the instance</source>
   <translation>Riwayat berakhirnya instans</translation>
  </message>
 </context>
 <context>
  <name>EmptyState</name>
  <message>
   <source>Create an instance</source>
   <translation>Buat instans</translation>
  </message>
  <message>
   <source>GOWA Desktop runs GOWA servers on this computer, watches them and keeps them up.</source>
   <translation>GOWA Desktop menjalankan server GOWA di komputer ini, mengawasinya, dan menjaganya tetap hidup.</translation>
  </message>
  <message>
   <source>GOWA {version} is installed.</source>
   <translation>GOWA {version} terinstal.</translation>
  </message>
  <message>
   <source>Get GOWA</source>
   <translation>Dapatkan GOWA</translation>
  </message>
  <message>
   <source>How to pair</source>
   <translation>Cara menautkan</translation>
  </message>
  <message>
   <source>Import a file…</source>
   <translation>Impor file…</translation>
  </message>
  <message>
   <source>Install GOWA</source>
   <translation>Instal GOWA</translation>
  </message>
  <message>
   <source>Install GOWA {version}</source>
   <translation>Instal GOWA {version}</translation>
  </message>
  <message>
   <source>Installs the newest release. Without internet, import a release file (.zip) or drop it on this window.</source>
   <translation>Menginstal rilis terbaru. Tanpa internet, impor file rilis (.zip) atau lepas di jendela ini.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Mencari rilis terbaru</translation>
  </message>
  <message>
   <source>New instance…</source>
   <translation>Instans baru…</translation>
  </message>
  <message>
   <source>One instance is one server with a port and a WhatsApp session of its own.</source>
   <translation>Satu instans adalah satu server dengan port dan sesi WhatsApp sendiri.</translation>
  </message>
  <message>
   <source>Open the running instance in your browser and scan the code with WhatsApp on your phone.</source>
   <translation>Buka instans yang berjalan di browser Anda dan pindai kodenya dengan WhatsApp di ponsel.</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Tautkan ponsel Anda</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Coba lagi</translation>
  </message>
  <message>
   <source>Try the simulator</source>
   <translation>Coba simulator</translation>
  </message>
  <message>
   <source>You can also import a file from another computer, or try the simulator.</source>
   <translation>Anda juga dapat mengimpor file dari komputer lain, atau mencoba simulator.</translation>
  </message>
  <message>
   <source>Your first WhatsApp API server in three steps</source>
   <translation>Server API WhatsApp pertama Anda dalam tiga langkah</translation>
  </message>
 </context>
 <context>
  <name>EnvironmentEditor</name>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>This name stands above already; the last value counts.</source>
   <translation>Nama ini sudah ada di atas; nilai terakhir yang berlaku.</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Nilai</translation>
  </message>
 </context>
 <context>
  <name>ErrorWindow</name>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Copy the details</source>
   <translation>Salin detail</translation>
  </message>
  <message>
   <source>Details of the error</source>
   <translation>Detail kesalahan</translation>
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
   <translation>Memuat semuanya, termasuk argumen tambahan dan webhook yang dimatikan.</translation>
  </message>
  <message>
   <source>Choose file…</source>
   <translation>Pilih file…</translation>
  </message>
  <message>
   <source>Export the settings of {name}</source>
   <translation>Ekspor pengaturan {name}</translation>
  </message>
  <message>
   <source>GOWA itself can read it, in a container for example.</source>
   <translation>GOWA sendiri dapat membacanya, misalnya di dalam container.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {names}.</source>
   <translation>Dilewati karena .env tidak dapat memuatnya: {names}.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {names}.</source>
   <translation>Dilewati karena berisi rahasia: {names}.</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens, readable by whoever has the file.</source>
   <translation>Info masuk, rahasia, dan token, dapat dibaca siapa pun yang memegang file ini.</translation>
  </message>
  <message>
   <source>Write &amp;secrets too</source>
   <translation>Tulis juga &amp;rahasia</translation>
  </message>
 </context>
 <context>
  <name>ExposureCard</name>
  <message>
   <source>Open to strangers</source>
   <translation>Terbuka bagi orang asing</translation>
  </message>
 </context>
 <context>
  <name>FatalError</name>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
 </context>
 <context>
  <name>FieldButtons</name>
  <message>
   <source>Clear the text</source>
   <translation>Kosongkan teks</translation>
  </message>
 </context>
 <context>
  <name>FilterSegment</name>
  <message>
   <source>All {count}</source>
   <translation>Semua {count}</translation>
  </message>
  <message>
   <source>Needs attention {count}</source>
   <translation>Perlu perhatian {count}</translation>
  </message>
  <message>
   <source>Running {count}</source>
   <translation>Berjalan {count}</translation>
  </message>
  <message>
   <source>Which instances are shown</source>
   <translation>Instans yang ditampilkan</translation>
  </message>
 </context>
 <context>
  <name>FleetGrid</name>
  <message>
   <source>All instances</source>
   <translation>Semua instans</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
 </context>
 <context>
  <name>FleetWindow</name>
  <message>
   <source>&amp;Sort by</source>
   <translation>&amp;Urutkan menurut</translation>
  </message>
  <message>
   <source>All instances side by side</source>
   <translation>Semua instans berdampingan</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>How much time is shown</source>
   <translation>Rentang waktu yang ditampilkan</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>No instances yet. Create one in the main window; its curves appear here.</source>
   <translation>Belum ada instans. Buat satu di jendela utama; kurvanya muncul di sini.</translation>
  </message>
  <message>
   <source>Preparing the charts…</source>
   <translation>Menyiapkan grafik…</translation>
  </message>
  <message>
   <source>Sort by</source>
   <translation>Urutkan menurut</translation>
  </message>
  <message>
   <source>This computer</source>
   <translation>Komputer ini</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instans</translation>
  </message>
  <message>
   <source>{name}, CPU {cpu} of the machine, memory {memory}</source>
   <translation>{name}, CPU {cpu} dari mesin, memori {memory}</translation>
  </message>
  <message>
   <source>{name}, {state}, CPU {cpu}, memory {memory}</source>
   <translation>{name}, {state}, CPU {cpu}, memori {memory}</translation>
  </message>
 </context>
 <context>
  <name>FolderPage</name>
  <message>
   <source>&amp;Another folder…</source>
   <translation>&amp;Folder lain…</translation>
  </message>
  <message>
   <source>&amp;Copy command</source>
   <translation>&amp;Salin perintah</translation>
  </message>
  <message>
   <source>&amp;Open folder</source>
   <translation>&amp;Buka folder</translation>
  </message>
  <message>
   <source>Choose a data folder</source>
   <translation>Pilih folder data</translation>
  </message>
  <message>
   <source>Command for this folder</source>
   <translation>Perintah untuk folder ini</translation>
  </message>
  <message>
   <source>Data folder</source>
   <translation>Folder data</translation>
  </message>
  <message>
   <source>Instances with their WhatsApp sessions, versions of GOWA, logs and these settings. Each folder has a program of its own: choose another one to get the command that starts GOWA Desktop with it. To move this one, stop all instances, quit, move it as a whole, and choose its new place here.</source>
   <translation>Instans beserta sesi WhatsApp-nya, versi GOWA, log, dan pengaturan ini. Setiap folder punya programnya sendiri: pilih folder lain untuk mendapatkan perintah yang memulai GOWA Desktop dengannya. Untuk memindahkan folder ini, hentikan semua instans, keluar dari program, pindahkan seluruhnya, lalu pilih tempat barunya di sini.</translation>
  </message>
 </context>
 <context>
  <name>FormDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
 </context>
 <context>
  <name>FormFrame</name>
  <message>
   <source>Settings</source>
   <translation>Pengaturan</translation>
  </message>
 </context>
 <context>
  <name>FormSearch</name>
  <message>
   <source>Search settings</source>
   <translation>Cari pengaturan</translation>
  </message>
 </context>
 <context>
  <name>GiveUpNotice</name>
  <message>
   <source>It is tried again every {minutes} minutes.</source>
   <translation>Dicoba lagi setiap {minutes} menit.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Tetap mati sampai Anda memulainya.</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Tampilkan</translation>
  </message>
  <message>
   <source>{name} failed {count} times in {minutes} minutes.</source>
   <translation>{name} gagal {count} kali dalam {minutes} menit.</translation>
  </message>
 </context>
 <context>
  <name>HeaderBar</name>
  <message>
   <source>Groups, tags and columns</source>
   <translation>Kelompok, tag, dan kolom</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Tindakan lainnya</translation>
  </message>
  <message>
   <source>View: groups, tags and columns</source>
   <translation>Tampilan: kelompok, tag, dan kolom</translation>
  </message>
 </context>
 <context>
  <name>ImportDialog</name>
  <message>
   <source>Import</source>
   <translation>Impor</translation>
  </message>
  <message>
   <source>Import settings into {name}</source>
   <translation>Impor pengaturan ke {name}</translation>
  </message>
  <message>
   <source>The file sets nothing that is different here.</source>
   <translation>File tidak menetapkan apa pun yang berbeda di sini.</translation>
  </message>
 </context>
 <context>
  <name>InstanceEntry</name>
  <message>
   <source>Open in browser</source>
   <translation>Buka di browser</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Mulai ulang</translation>
  </message>
  <message>
   <source>Show in window</source>
   <translation>Tampilkan di jendela</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Mulai</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Hentikan</translation>
  </message>
 </context>
 <context>
  <name>InstanceLinks</name>
  <message>
   <source>{name} has no folder yet. It is made at the first start.</source>
   <translation>{name} belum punya folder. Folder dibuat saat pertama dimulai.</translation>
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
   <translation>Kurva CPU</translation>
  </message>
  <message>
   <source>It runs, but did not answer when it was asked last.</source>
   <translation>Berjalan, tetapi tidak menjawab saat terakhir ditanya.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>Port</source>
   <translation>Port</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Bagian dari satu inti prosesor; lebih dari 100 % berarti beberapa inti.</translation>
  </message>
  <message>
   <source>Sign of the state</source>
   <translation>Tanda keadaan</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, bukan WhatsApp</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Keadaan</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tag</translation>
  </message>
  <message>
   <source>This GOWA version is not installed.</source>
   <translation>Versi GOWA ini tidak terinstal.</translation>
  </message>
  <message>
   <source>Uptime</source>
   <translation>Waktu aktif</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
 </context>
 <context>
  <name>InstancePanel</name>
  <message>
   <source>Charts</source>
   <translation>Grafik</translation>
  </message>
  <message>
   <source>Charts •</source>
   <translation>Grafik •</translation>
  </message>
  <message>
   <source>Charts, something is too much</source>
   <translation>Grafik, ada yang berlebihan</translation>
  </message>
  <message>
   <source>Compare in charts</source>
   <translation>Bandingkan di grafik</translation>
  </message>
  <message>
   <source>Configure</source>
   <translation>Konfigurasi</translation>
  </message>
  <message>
   <source>Configure •</source>
   <translation>Konfigurasi •</translation>
  </message>
  <message>
   <source>Configure, not saved</source>
   <translation>Konfigurasi, belum disimpan</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Log</translation>
  </message>
  <message>
   <source>Overview</source>
   <translation>Ringkasan</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Mulai ulang</translation>
  </message>
  <message>
   <source>Restart to apply: {names}</source>
   <translation>Mulai ulang untuk menerapkan: {names}</translation>
  </message>
  <message>
   <source>Select an instance to see how it is.</source>
   <translation>Pilih instans untuk melihat keadaannya.</translation>
  </message>
  <message>
   <source>What to see of the instance</source>
   <translation>Yang dilihat dari instans</translation>
  </message>
  <message>
   <source>{count} instances compared</source>
   <translation>{count} instans dibandingkan</translation>
  </message>
  <message>
   <source>{count} instances selected
{states}</source>
   <translation>{count} instans dipilih
{states}</translation>
  </message>
 </context>
 <context>
  <name>InstanceTableView</name>
  <message>
   <source>Instances</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Stopping, 18 s</source>
   <translation>Menghentikan, 18 s</translation>
  </message>
 </context>
 <context>
  <name>JumpList</name>
  <message>
   <source>Start all</source>
   <translation>Mulai semua</translation>
  </message>
  <message>
   <source>Stop all</source>
   <translation>Hentikan semua</translation>
  </message>
 </context>
 <context>
  <name>KeptPage</name>
  <message>
   <source>What else to know</source>
   <translation>Yang juga perlu diketahui</translation>
  </message>
  <message>
   <source>What is kept</source>
   <translation>Yang dipertahankan</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>Yang dipertahankan dan yang hilang</translation>
  </message>
  <message>
   <source>What is lost or set aside</source>
   <translation>Yang hilang atau disisihkan</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} dan {count} lagi</translation>
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
   <translation>Tambah tag</translation>
  </message>
  <message>
   <source>Add…</source>
   <translation>Tambah…</translation>
  </message>
  <message>
   <source>Change the tags</source>
   <translation>Ubah tag</translation>
  </message>
  <message>
   <source>Change…</source>
   <translation>Ubah…</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Catatan</translation>
  </message>
  <message>
   <source>Notes, such as whose phone it is. Saved when you leave the field.</source>
   <translation>Catatan, misalnya milik siapa ponselnya. Disimpan saat Anda meninggalkan kolom ini.</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tag</translation>
  </message>
 </context>
 <context>
  <name>Language</name>
  <message>
   <source>English</source>
   <translation>Bahasa Inggris</translation>
  </message>
 </context>
 <context>
  <name>LanguageSwitch</name>
  <message>
   <source>The language changes when GOWA Desktop is opened anew: some settings of an instance are not saved yet.</source>
   <translation>Bahasa berganti saat GOWA Desktop dibuka kembali: ada pengaturan instans yang belum disimpan.</translation>
  </message>
 </context>
 <context>
  <name>LaunchPreviewView</name>
  <message>
   <source>Command</source>
   <translation>Perintah</translation>
  </message>
  <message>
   <source>Copy: {title}</source>
   <translation>Salin: {title}</translation>
  </message>
  <message>
   <source>Environment</source>
   <translation>Lingkungan</translation>
  </message>
  <message>
   <source>This is what GOWA is started with after saving. Passwords and secrets are masked.</source>
   <translation>Dengan inilah GOWA dimulai setelah disimpan. Kata sandi dan rahasia disamarkan.</translation>
  </message>
 </context>
 <context>
  <name>LeaveDialogs</name>
  <message>
   <source>Remember this; it can be changed in the settings</source>
   <translation>Ingat pilihan ini; dapat diubah di pengaturan</translation>
  </message>
 </context>
 <context>
  <name>Leaving</name>
  <message>
   <source>GOWA Desktop stays open. 1 instance was asked to stop.</source>
   <translation>GOWA Desktop tetap terbuka. 1 instans diminta berhenti.</translation>
  </message>
  <message>
   <source>GOWA Desktop stays open. {count} instances were asked to stop.</source>
   <translation>GOWA Desktop tetap terbuka. {count} instans diminta berhenti.</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Mulai lagi</translation>
  </message>
 </context>
 <context>
  <name>Legend</name>
  <message>
   <source>Shown: {names}</source>
   <translation>Ditampilkan: {names}</translation>
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
   <translation>Proses</translation>
  </message>
  <message>
   <source>answers</source>
   <translation>menjawab</translation>
  </message>
  <message>
   <source>ended by signal {signal}</source>
   <translation>diakhiri oleh sinyal {signal}</translation>
  </message>
  <message>
   <source>ended with code {code}</source>
   <translation>berakhir dengan kode {code}</translation>
  </message>
  <message>
   <source>no answer</source>
   <translation>tidak ada jawaban</translation>
  </message>
  <message>
   <source>no answer yet</source>
   <translation>belum ada jawaban</translation>
  </message>
  <message>
   <source>no process yet</source>
   <translation>belum ada proses</translation>
  </message>
  <message>
   <source>not running</source>
   <translation>tidak berjalan</translation>
  </message>
  <message>
   <source>off</source>
   <translation>mati</translation>
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
   <translation>Tambah</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Tambah: {name}</translation>
  </message>
  <message>
   <source>Adds one row for each line of the clipboard</source>
   <translation>Menambahkan satu baris untuk setiap baris di papan klip</translation>
  </message>
  <message>
   <source>Other…</source>
   <translation>Lainnya…</translation>
  </message>
  <message>
   <source>Paste lines</source>
   <translation>Tempel baris</translation>
  </message>
  <message>
   <source>Paste lines: {name}</source>
   <translation>Tempel baris: {name}</translation>
  </message>
  <message>
   <source>{count} more are kept but not shown.</source>
   <translation>{count} lagi disimpan tetapi tidak ditampilkan.</translation>
  </message>
 </context>
 <context>
  <name>ListRow</name>
  <message>
   <source>Move down: {place}</source>
   <translation>Pindah ke bawah: {place}</translation>
  </message>
  <message>
   <source>Move up: {place}</source>
   <translation>Pindah ke atas: {place}</translation>
  </message>
  <message>
   <source>On: {place}</source>
   <translation>Aktif: {place}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Hapus: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} dari {count}</translation>
  </message>
 </context>
 <context>
  <name>LogDesk</name>
  <message>
   <source>Log of GOWA Desktop</source>
   <translation>Log GOWA Desktop</translation>
  </message>
  <message>
   <source>Show log</source>
   <translation>Tampilkan log</translation>
  </message>
  <message>
   <source>The diagnostics are in {file}.</source>
   <translation>Diagnostik ada di {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogRowsView</name>
  <message>
   <source>Log lines</source>
   <translation>Baris log</translation>
  </message>
 </context>
 <context>
  <name>LogSearchBar</name>
  <message>
   <source>All levels</source>
   <translation>Semua tingkat</translation>
  </message>
  <message>
   <source>Errors</source>
   <translation>Kesalahan</translation>
  </message>
  <message>
   <source>Info and above</source>
   <translation>Info dan di atasnya</translation>
  </message>
  <message>
   <source>Least level</source>
   <translation>Tingkat terendah</translation>
  </message>
  <message>
   <source>Next (Enter)</source>
   <translation>Berikutnya (Enter)</translation>
  </message>
  <message>
   <source>Previous (Shift+Enter)</source>
   <translation>Sebelumnya (Shift+Enter)</translation>
  </message>
  <message>
   <source>Regular expression</source>
   <translation>Ekspresi reguler</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Cari</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Cari di log</translation>
  </message>
  <message>
   <source>Upper and lower case differ</source>
   <translation>Bedakan huruf besar dan kecil</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Peringatan dan kesalahan</translation>
  </message>
  <message>
   <source>no expression</source>
   <translation>bukan ekspresi</translation>
  </message>
  <message>
   <source>{count} found</source>
   <translation>{count} ditemukan</translation>
  </message>
  <message>
   <source>{number} of {count}</source>
   <translation>{number} dari {count}</translation>
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
   <translation>Penanda</translation>
  </message>
  <message>
   <source>Copy lines</source>
   <translation>Salin baris</translation>
  </message>
  <message>
   <source>Export log</source>
   <translation>Ekspor log</translation>
  </message>
  <message>
   <source>Export with phone numbers…</source>
   <translation>Ekspor dengan nomor telepon…</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Ekspor…</translation>
  </message>
  <message>
   <source>Follow</source>
   <translation>Ikuti</translation>
  </message>
  <message>
   <source>Follow the end of the log</source>
   <translation>Ikuti akhir log</translation>
  </message>
  <message>
   <source>More about this log</source>
   <translation>Selengkapnya tentang log ini</translation>
  </message>
  <message>
   <source>Next bookmark</source>
   <translation>Penanda berikutnya</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Tidak ada baris yang cocok.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Belum ada yang ditulis.</translation>
  </message>
  <message>
   <source>Search the log</source>
   <translation>Cari di log</translation>
  </message>
  <message>
   <source>Show only what is found</source>
   <translation>Tampilkan hanya yang ditemukan</translation>
  </message>
  <message>
   <source>Start of this run</source>
   <translation>Awal eksekusi ini</translation>
  </message>
  <message>
   <source>Text (*.txt *.log)</source>
   <translation>Teks (*.txt *.log)</translation>
  </message>
  <message>
   <source>The start of this run is not in the log any more.</source>
   <translation>Awal eksekusi ini sudah tidak ada di log.</translation>
  </message>
  <message>
   <source>Times in UTC</source>
   <translation>Waktu dalam UTC</translation>
  </message>
  <message>
   <source>Wrap long lines</source>
   <translation>Lipat baris panjang</translation>
  </message>
  <message>
   <source>reconnects {count}</source>
   <translation>sambung ulang {count}</translation>
  </message>
  <message>
   <source>webhook failures {count}</source>
   <translation>kegagalan webhook {count}</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} baris</translation>
  </message>
  <message>
   <source>{count} lines are in {file}.</source>
   <translation>{count} baris ada di {file}.</translation>
  </message>
 </context>
 <context>
  <name>LogWindow</name>
  <message>
   <source>All logs</source>
   <translation>Semua log</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Load older</source>
   <translation>Muat yang lebih lama</translation>
  </message>
  <message>
   <source>Logs of all instances</source>
   <translation>Log semua instans</translation>
  </message>
  <message>
   <source>No line fits.</source>
   <translation>Tidak ada baris yang cocok.</translation>
  </message>
  <message>
   <source>Nothing was written yet.</source>
   <translation>Belum ada yang ditulis.</translation>
  </message>
  <message>
   <source>{count} lines</source>
   <translation>{count} baris</translation>
  </message>
 </context>
 <context>
  <name>LoginRow</name>
  <message>
   <source>Minimised, and with the instances that should run.</source>
   <translation>Diminimalkan, dan dengan instans yang seharusnya berjalan.</translation>
  </message>
  <message>
   <source>Start at &amp;login</source>
   <translation>Mulai saat &amp;login</translation>
  </message>
  <message>
   <source>The system's own settings switched it off. Check this to switch it on again.</source>
   <translation>Pengaturan sistem sendiri mematikannya. Centang ini untuk menghidupkannya lagi.</translation>
  </message>
 </context>
 <context>
  <name>LoginsEditor</name>
  <message>
   <source>Password</source>
   <translation>Kata sandi</translation>
  </message>
  <message>
   <source>User</source>
   <translation>Pengguna</translation>
  </message>
 </context>
 <context>
  <name>MacMenu</name>
  <message>
   <source>Close window</source>
   <translation>Tutup jendela</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>Sunting</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Berkas</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Bantuan</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Minimise</source>
   <translation>Kecilkan</translation>
  </message>
  <message>
   <source>View</source>
   <translation>Lihat</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Jendela</translation>
  </message>
  <message>
   <source>Zoom</source>
   <translation>Perbesar</translation>
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
   <translation>Instans</translation>
  </message>
  <message>
   <source>Opening…</source>
   <translation>Membuka…</translation>
  </message>
 </context>
 <context>
  <name>ManagerCard</name>
  <message>
   <source>Found gowa-manager data in {folder}.</source>
   <translation>Data gowa-manager ditemukan di {folder}.</translation>
  </message>
  <message>
   <source>Use it…</source>
   <translation>Pakai…</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager in {folder}</source>
   <translation>Pakai data gowa-manager di {folder}</translation>
  </message>
 </context>
 <context>
  <name>ManagerDialog</name>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Command</source>
   <translation>Perintah</translation>
  </message>
  <message>
   <source>Copy the command</source>
   <translation>Salin perintah</translation>
  </message>
  <message>
   <source>It has 1 instance folder.</source>
   <translation>Ada 1 folder instans.</translation>
  </message>
  <message>
   <source>It has {count} instance folders.</source>
   <translation>Ada {count} folder instans.</translation>
  </message>
  <message>
   <source>Names, keys, ports, settings, WhatsApp sessions and installed versions are kept, where they are. GOWA Desktop adds files and columns of its own, so copy the folder first if you may want to go back.</source>
   <translation>Nama, kunci, port, pengaturan, sesi WhatsApp, dan versi terpasang tetap disimpan di tempatnya. GOWA Desktop menambahkan file dan kolomnya sendiri, jadi salin dulu folder itu bila Anda mungkin ingin kembali.</translation>
  </message>
  <message>
   <source>Stop gowa-manager first: two programs must not work on one folder.</source>
   <translation>Hentikan gowa-manager dulu: dua program tidak boleh bekerja di satu folder.</translation>
  </message>
  <message>
   <source>Then quit GOWA Desktop and start it with this command:</source>
   <translation>Lalu keluar dari GOWA Desktop dan mulai dengan perintah ini:</translation>
  </message>
  <message>
   <source>Use the data of gowa-manager</source>
   <translation>Pakai data gowa-manager</translation>
  </message>
  <message>
   <source>gowa-manager is working on this folder now. Stop it first: two programs must not work on one folder.</source>
   <translation>gowa-manager sedang bekerja di folder ini. Hentikan dulu: dua program tidak boleh bekerja di satu folder.</translation>
  </message>
 </context>
 <context>
  <name>MessageBar</name>
  <message>
   <source>Messages</source>
   <translation>Pesan</translation>
  </message>
 </context>
 <context>
  <name>NewInstanceDialog</name>
  <message>
   <source>&amp;All settings</source>
   <translation>&amp;Semua pengaturan</translation>
  </message>
  <message>
   <source>&amp;GOWA version</source>
   <translation>Versi &amp;GOWA</translation>
  </message>
  <message>
   <source>&amp;Import GOWA…</source>
   <translation>&amp;Impor GOWA…</translation>
  </message>
  <message>
   <source>&amp;Name</source>
   <translation>&amp;Nama</translation>
  </message>
  <message>
   <source>&amp;Port</source>
   <translation>&amp;Port</translation>
  </message>
  <message>
   <source>&amp;Start it now</source>
   <translation>&amp;Mulai sekarang</translation>
  </message>
  <message>
   <source>&amp;User name</source>
   <translation>Nama pengg&amp;una</translation>
  </message>
  <message>
   <source>A port is a number.</source>
   <translation>Port harus berupa angka.</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Otomatis</translation>
  </message>
  <message>
   <source>Automatic ({port})</source>
   <translation>Otomatis ({port})</translation>
  </message>
  <message>
   <source>Copy the password</source>
   <translation>Salin kata sandi</translation>
  </message>
  <message>
   <source>Create</source>
   <translation>Buat</translation>
  </message>
  <message>
   <source>It is downloaded and checked before the instance is created.</source>
   <translation>Diunduh dan diperiksa sebelum instans dibuat.</translation>
  </message>
  <message>
   <source>Latest ({version})</source>
   <translation>Terbaru ({version})</translation>
  </message>
  <message>
   <source>Leave empty to take the next free port.</source>
   <translation>Kosongkan untuk memakai port bebas berikutnya.</translation>
  </message>
  <message>
   <source>Looking for the newest release</source>
   <translation>Mencari rilis terbaru</translation>
  </message>
  <message>
   <source>New instance</source>
   <translation>Instans baru</translation>
  </message>
  <message>
   <source>Newest, {version}: install it first</source>
   <translation>Terbaru, {version}: instal dulu</translation>
  </message>
  <message>
   <source>Newest: install it first</source>
   <translation>Terbaru: instal dulu</translation>
  </message>
  <message>
   <source>Only you see it, in this window.</source>
   <translation>Hanya Anda yang melihatnya, di jendela ini.</translation>
  </message>
  <message>
   <source>P&amp;rotect the API with a password</source>
   <translation>&amp;Lindungi API dengan kata sandi</translation>
  </message>
  <message>
   <source>Pass&amp;word</source>
   <translation>Kata &amp;sandi</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, bukan WhatsApp</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA, for trying things out.</source>
   <translation>Ini bukan WhatsApp: ini hanya berperilaku seperti GOWA, untuk mencoba-coba.</translation>
  </message>
  <message>
   <source>This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.</source>
   <translation>Ini bukan WhatsApp: ini hanya berperilaku seperti GOWA. Instal GOWA untuk memakai WhatsApp.</translation>
  </message>
  <message>
   <source>Type a password without a comma.</source>
   <translation>Ketik kata sandi tanpa koma.</translation>
  </message>
  <message>
   <source>Type a user name without a colon or a comma.</source>
   <translation>Ketik nama pengguna tanpa titik dua atau koma.</translation>
  </message>
  <message>
   <source>Type one such as 8001, or leave it empty.</source>
   <translation>Ketik misalnya 8001, atau biarkan kosong.</translation>
  </message>
  <message>
   <source>You find it again in the instance's details.</source>
   <translation>Anda menemukannya lagi di detail instans.</translation>
  </message>
 </context>
 <context>
  <name>NothingFound</name>
  <message>
   <source>Clear the search</source>
   <translation>Kosongkan pencarian</translation>
  </message>
  <message>
   <source>No instance belongs here right now.</source>
   <translation>Saat ini tidak ada instans di sini.</translation>
  </message>
  <message>
   <source>No instance matches “{search}”.</source>
   <translation>Tidak ada instans yang cocok dengan “{search}”.</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Tampilkan semua instans</translation>
  </message>
 </context>
 <context>
  <name>NothingMatches</name>
  <message>
   <source>Clear search</source>
   <translation>Kosongkan pencarian</translation>
  </message>
  <message>
   <source>No setting matches “{text}”.</source>
   <translation>Tidak ada pengaturan yang cocok dengan “{text}”.</translation>
  </message>
 </context>
 <context>
  <name>NoticeDesk</name>
  <message>
   <source>What happened</source>
   <translation>Yang terjadi</translation>
  </message>
  <message>
   <source>What happened, 1 new</source>
   <translation>Yang terjadi, 1 baru</translation>
  </message>
  <message>
   <source>What happened, {count} new</source>
   <translation>Yang terjadi, {count} baru</translation>
  </message>
 </context>
 <context>
  <name>NoticeModel</name>
  <message>
   <source>over by now</source>
   <translation>sudah selesai</translation>
  </message>
 </context>
 <context>
  <name>NoticePanel</name>
  <message>
   <source>Clear all</source>
   <translation>Hapus semua</translation>
  </message>
  <message>
   <source>Crashes, full disks and new versions are listed here.</source>
   <translation>Instans mogok, disk penuh, dan versi baru tercantum di sini.</translation>
  </message>
  <message>
   <source>Nothing happened that needs you.</source>
   <translation>Tidak ada kejadian yang memerlukan tindakan Anda.</translation>
  </message>
  <message>
   <source>Notices, newest first</source>
   <translation>Pemberitahuan, terbaru dulu</translation>
  </message>
  <message>
   <source>What happened</source>
   <translation>Yang terjadi</translation>
  </message>
 </context>
 <context>
  <name>NoticeShow</name>
  <message>
   <source>Show</source>
   <translation>Tampilkan</translation>
  </message>
 </context>
 <context>
  <name>OperationRunner</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Delete an instance first.</source>
   <translation>Hapus satu instans dulu.</translation>
  </message>
  <message>
   <source>No port is free in the range for instances.</source>
   <translation>Tidak ada port bebas dalam rentang untuk instans.</translation>
  </message>
  <message>
   <source>Open the assistant…</source>
   <translation>Buka asisten…</translation>
  </message>
  <message>
   <source>Use port {port}</source>
   <translation>Gunakan port {port}</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>dan {count} lainnya</translation>
  </message>
  <message>
   <source>{what}: {done} of {count}</source>
   <translation>{what}: {done} dari {count}</translation>
  </message>
 </context>
 <context>
  <name>OptionRow</name>
  <message>
   <source>Advanced</source>
   <translation>Lanjutan</translation>
  </message>
  <message>
   <source>Back to the default: {name}</source>
   <translation>Kembali ke bawaan: {name}</translation>
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
   <translation>Dibuat</translation>
  </message>
  <message>
   <source>Details of the instance</source>
   <translation>Detail instans</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>It answers like GOWA, so you can try everything. Nothing is sent or received.</source>
   <translation>Menjawab seperti GOWA, jadi Anda dapat mencoba semuanya. Tidak ada yang dikirim atau diterima.</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Restarts {count}</source>
   <translation>Mulai ulang {count}</translation>
  </message>
  <message>
   <source>Share of one processor core; more than 100 % means several cores.</source>
   <translation>Bagian dari satu inti prosesor; lebih dari 100 % berarti beberapa inti.</translation>
  </message>
  <message>
   <source>Simulator, not WhatsApp</source>
   <translation>Simulator, bukan WhatsApp</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Dimulai</translation>
  </message>
 </context>
 <context>
  <name>PairingHelp</name>
  <message>
   <source>1. Create an instance and let it start.
2. Choose Open: the instance shows its page in your browser.
3. Choose Login there. A QR code appears.
4. On your phone open WhatsApp, Settings, Linked devices, Link a device, and scan the code.</source>
   <translation>1. Buat instans dan biarkan dimulai.
2. Pilih Buka: instans menampilkan halamannya di browser Anda.
3. Pilih Login di sana. Kode QR akan muncul.
4. Di ponsel, buka WhatsApp, Pengaturan, Perangkat tertaut, Tautkan perangkat, lalu pindai kodenya.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Pair your phone</source>
   <translation>Tautkan ponsel Anda</translation>
  </message>
 </context>
 <context>
  <name>PairsEditor</name>
  <message>
   <source>Add</source>
   <translation>Tambah</translation>
  </message>
  <message>
   <source>Add: {name}</source>
   <translation>Tambah: {name}</translation>
  </message>
  <message>
   <source>Remove: {place}</source>
   <translation>Hapus: {place}</translation>
  </message>
  <message>
   <source>{title}, {number} of {count}</source>
   <translation>{title}, {number} dari {count}</translation>
  </message>
 </context>
 <context>
  <name>PanelHeader</name>
  <message>
   <source>Force now</source>
   <translation>Paksa sekarang</translation>
  </message>
  <message>
   <source>More actions</source>
   <translation>Tindakan lainnya</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Buka</translation>
  </message>
  <message>
   <source>Restart</source>
   <translation>Mulai ulang</translation>
  </message>
  <message>
   <source>Retry now</source>
   <translation>Coba lagi sekarang</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Mulai</translation>
  </message>
  <message>
   <source>Start again</source>
   <translation>Mulai lagi</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>Hentikan</translation>
  </message>
  <message>
   <source>Update {name} to GOWA {version}</source>
   <translation>Perbarui {name} ke GOWA {version}</translation>
  </message>
 </context>
 <context>
  <name>PlanModel</name>
  <message>
   <source>Instance</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>Yang akan terjadi</translation>
  </message>
 </context>
 <context>
  <name>PlanTableView</name>
  <message>
   <source>Instances to update</source>
   <translation>Instans yang akan diperbarui</translation>
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Kemajuan</translation>
  </message>
 </context>
 <context>
  <name>ProgressPage</name>
  <message>
   <source>Instances</source>
   <translation>Instans</translation>
  </message>
 </context>
 <context>
  <name>QuitQuestion</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Quit, leave running</source>
   <translation>Keluar, biarkan berjalan</translation>
  </message>
  <message>
   <source>Stop all and quit</source>
   <translation>Hentikan semua dan keluar</translation>
  </message>
  <message>
   <source>The instance that runs now stays up and keeps sending and receiving. Open GOWA Desktop again to see it.</source>
   <translation>Instans yang kini berjalan tetap hidup serta terus mengirim dan menerima. Buka lagi GOWA Desktop untuk melihatnya.</translation>
  </message>
  <message>
   <source>The {count} instances that run now stay up and keep sending and receiving. Open GOWA Desktop again to see them.</source>
   <translation>{count} instans yang kini berjalan tetap hidup serta terus mengirim dan menerima. Buka lagi GOWA Desktop untuk melihatnya.</translation>
  </message>
  <message>
   <source>Your instances keep running</source>
   <translation>Instans Anda tetap berjalan</translation>
  </message>
 </context>
 <context>
  <name>ReportPage</name>
  <message>
   <source>Instances</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>No update has been made yet.</source>
   <translation>Belum ada pembaruan yang dilakukan.</translation>
  </message>
  <message>
   <source>The program ended before the update did; this is how it was put in order.</source>
   <translation>Program berakhir sebelum pembaruan selesai; beginilah keadaannya dirapikan.</translation>
  </message>
  <message>
   <source>Which update</source>
   <translation>Pembaruan yang mana</translation>
  </message>
  <message>
   <source>{when}, to {version}</source>
   <translation>{when}, ke {version}</translation>
  </message>
 </context>
 <context>
  <name>RuleRow</name>
  <message>
   <source> min</source>
   <translation> mnt</translation>
  </message>
  <message>
   <source>Alert above</source>
   <translation>Peringatkan di atas</translation>
  </message>
  <message>
   <source>Alert below</source>
   <translation>Peringatkan di bawah</translation>
  </message>
  <message>
   <source>As for all</source>
   <translation>Sama untuk semua</translation>
  </message>
  <message>
   <source>Minutes</source>
   <translation>Menit</translation>
  </message>
  <message>
   <source>No alert</source>
   <translation>Tanpa peringatan</translation>
  </message>
  <message>
   <source>for</source>
   <translation>selama</translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>1 change</source>
   <translation>1 perubahan</translation>
  </message>
  <message>
   <source>1 problem</source>
   <translation>1 masalah</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Buang</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Show the first field that is wrong</source>
   <translation>Tampilkan kolom pertama yang salah</translation>
  </message>
  <message>
   <source>{count} changes</source>
   <translation>{count} perubahan</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} masalah</translation>
  </message>
 </context>
 <context>
  <name>SaveTemplateDialog</name>
  <message>
   <source>Keep &amp;secrets too</source>
   <translation>Simpan juga &amp;rahasia</translation>
  </message>
  <message>
   <source>Name of the template</source>
   <translation>Nama templat</translation>
  </message>
  <message>
   <source>Replace</source>
   <translation>Ganti</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Save the settings of {name} as a template</source>
   <translation>Simpan pengaturan {name} sebagai templat</translation>
  </message>
  <message>
   <source>Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.</source>
   <translation>Info masuk, rahasia, dan token. Port dan alamat basis data tidak pernah menjadi bagian templat.</translation>
  </message>
 </context>
 <context>
  <name>SavedSearchMenu</name>
  <message>
   <source>Forget search</source>
   <translation>Lupakan pencarian</translation>
  </message>
  <message>
   <source>Save search…</source>
   <translation>Simpan pencarian…</translation>
  </message>
  <message>
   <source>Saved searches</source>
   <translation>Pencarian tersimpan</translation>
  </message>
 </context>
 <context>
  <name>SearchField</name>
  <message>
   <source>Clear the search</source>
   <translation>Kosongkan pencarian</translation>
  </message>
  <message>
   <source>Search instances</source>
   <translation>Cari instans</translation>
  </message>
  <message>
   <source>Search name, port, tag, notes</source>
   <translation>Cari nama, port, tag, catatan</translation>
  </message>
 </context>
 <context>
  <name>SearchNameDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>It can be chosen again wherever logs are shown. A search that has this name already is replaced.</source>
   <translation>Pencarian ini dapat dipilih lagi di mana pun log ditampilkan. Pencarian yang sudah memakai nama ini akan diganti.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Save this search</source>
   <translation>Simpan pencarian ini</translation>
  </message>
 </context>
 <context>
  <name>SecretLine</name>
  <message>
   <source>Copy</source>
   <translation>Salin</translation>
  </message>
  <message>
   <source>Copy: {name}</source>
   <translation>Salin: {name}</translation>
  </message>
  <message>
   <source>Generate</source>
   <translation>Buat</translation>
  </message>
  <message>
   <source>Generate: {name}</source>
   <translation>Buat: {name}</translation>
  </message>
  <message>
   <source>Reveal</source>
   <translation>Tampilkan</translation>
  </message>
  <message>
   <source>Reveal: {name}</source>
   <translation>Tampilkan: {name}</translation>
  </message>
 </context>
 <context>
  <name>SectionNav</name>
  <message>
   <source>1 problem</source>
   <translation>1 masalah</translation>
  </message>
  <message>
   <source>Section</source>
   <translation>Bagian</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Bagian</translation>
  </message>
  <message>
   <source>{count} problems</source>
   <translation>{count} masalah</translation>
  </message>
 </context>
 <context>
  <name>SectionPage</name>
  <message>
   <source>Advanced ({count})</source>
   <translation>Lanjutan ({count})</translation>
  </message>
  <message>
   <source>Hide {count} advanced settings</source>
   <translation>Sembunyikan {count} pengaturan lanjutan</translation>
  </message>
  <message>
   <source>Show {count} advanced settings</source>
   <translation>Tampilkan {count} pengaturan lanjutan</translation>
  </message>
 </context>
 <context>
  <name>SelfTestDialog</name>
  <message>
   <source>All steps went well.</source>
   <translation>Semua langkah berhasil.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Copy the steps</source>
   <translation>Salin langkah</translation>
  </message>
  <message>
   <source>Does the main job with a simulated GOWA in a folder of its own. Your instances are not touched.</source>
   <translation>Menjalankan tugas utama dengan GOWA simulasi di foldernya sendiri. Instans Anda tidak disentuh.</translation>
  </message>
  <message>
   <source>Not all steps went well. Copy them when you ask for help.</source>
   <translation>Tidak semua langkah berhasil. Salin langkahnya saat Anda meminta bantuan.</translation>
  </message>
  <message>
   <source>Run again</source>
   <translation>Jalankan lagi</translation>
  </message>
  <message>
   <source>Running…</source>
   <translation>Berjalan…</translation>
  </message>
  <message>
   <source>Self-test</source>
   <translation>Uji mandiri</translation>
  </message>
  <message>
   <source>Steps of the self-test</source>
   <translation>Langkah uji mandiri</translation>
  </message>
 </context>
 <context>
  <name>Sentences</name>
  <message>
   <source> (line {lineno}, column {colno})</source>
   <translation> (baris {lineno}, kolom {colno})</translation>
  </message>
  <message>
   <source> It was set to {stored} so that it stays there.</source>
   <translation> Nilainya ditetapkan ke {stored} agar tetap di sana.</translation>
  </message>
  <message>
   <source> Make it two entries.</source>
   <translation> Jadikan dua entri.</translation>
  </message>
  <message>
   <source> The chats of before are kept aside in its folder.</source>
   <translation> Chat sebelumnya disimpan terpisah di foldernya.</translation>
  </message>
  <message>
   <source> Write %2C instead.</source>
   <translation> Sebagai gantinya, tulis %2C.</translation>
  </message>
  <message>
   <source> Write postgres:// instead of postgresql://.</source>
   <translation> Tulis postgres://, bukan postgresql://.</translation>
  </message>
  <message>
   <source> and equal to its published checksum</source>
   <translation> dan sama dengan checksum yang diterbitkan</translation>
  </message>
  <message>
   <source> and others</source>
   <translation> dan lainnya</translation>
  </message>
  <message>
   <source> and {users} more</source>
   <translation> dan {users} lainnya</translation>
  </message>
  <message>
   <source># Left out because a .env cannot carry them: {not_carried}.</source>
   <translation># Dilewati karena .env tidak dapat memuatnya: {not_carried}.</translation>
  </message>
  <message>
   <source># Left out because they hold secrets: {secret_labels}.</source>
   <translation># Dilewati karena berisi rahasia: {secret_labels}.</translation>
  </message>
  <message>
   <source># Settings of {split} that differ from the defaults of GOWA Desktop.</source>
   <translation># Pengaturan {split} yang berbeda dari bawaan GOWA Desktop.</translation>
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
   <translation>1 file milik {name} sudah dihapus, {freed} MB bebas lagi.</translation>
  </message>
  <message>
   <source>1 file of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>1 file milik {name} sebesar {size} MB akan dihapus. Tambahkan --yes untuk melakukannya.</translation>
  </message>
  <message>
   <source>127.0.0.1 keeps the API on this computer. 0.0.0.0 opens it to every network the computer is in; set a sign-in first.</source>
   <translation>127.0.0.1 membuat API hanya ada di komputer ini. 0.0.0.0 membukanya ke semua jaringan komputer ini; tetapkan info masuk dulu.</translation>
  </message>
  <message>
   <source>: {needed} are needed and {free} are free</source>
   <translation>: perlu {needed} dan tersedia {free}</translation>
  </message>
  <message>
   <source>; it was published without a checksum</source>
   <translation>; diterbitkan tanpa checksum</translation>
  </message>
  <message>
   <source>; the damaged file is kept as {aside}</source>
   <translation>; file yang rusak disimpan sebagai {aside}</translation>
  </message>
  <message>
   <source>A SHA-256 has exactly 64 digits of 0-9 and a-f.</source>
   <translation>SHA-256 terdiri atas tepat 64 karakter 0-9 dan a-f.</translation>
  </message>
  <message>
   <source>A command client sent no full request in time and was dropped</source>
   <translation>Klien perintah tidak mengirim permintaan lengkap tepat waktu dan diputus</translation>
  </message>
  <message>
   <source>A copy of the database {database} was no good.</source>
   <translation>Salinan basis data {database} tidak dapat dipakai.</translation>
  </message>
  <message>
   <source>A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}</source>
   <translation>Alamat basis data harus diawali file: atau postgres:. Jika tidak, GOWA akan berhenti.{hint}</translation>
  </message>
  <message>
   <source>A database in the instance folder is damaged or cannot be written. Restore it from a copy, or reset the data.</source>
   <translation>Basis data di folder instans rusak atau tidak dapat ditulis. Pulihkan dari salinan, atau atur ulang datanya.</translation>
  </message>
  <message>
   <source>A database in {folder} could not be copied: {error}.</source>
   <translation>Basis data di {folder} tidak dapat disalin: {error}.</translation>
  </message>
  <message>
   <source>A database in {folder} is damaged.</source>
   <translation>Basis data di {folder} rusak.</translation>
  </message>
  <message>
   <source>A database in {folder} is held by another program.</source>
   <translation>Basis data di {folder} sedang dipakai program lain.</translation>
  </message>
  <message>
   <source>A database was locked. Make sure that no other program opens the instance folder.</source>
   <translation>Basis data terkunci. Pastikan tidak ada program lain yang membuka folder instans.</translation>
  </message>
  <message>
   <source>A file {name} lies in the folder of {name2}. {what}</source>
   <translation>Ada file {name} di folder {name2}. {what}</translation>
  </message>
  <message>
   <source>A memory limit is {least_limit_mb} to {most_limit_mb} MB, or 0 for none.</source>
   <translation>Batas memori adalah {least_limit_mb} sampai {most_limit_mb} MB, atau 0 untuk tanpa batas.</translation>
  </message>
  <message>
   <source>A message that is deleted on one side is deleted on the other.</source>
   <translation>Pesan yang dihapus di satu sisi juga dihapus di sisi lain.</translation>
  </message>
  <message>
   <source>A name cannot contain {bad}.</source>
   <translation>Nama tidak boleh berisi {bad}.</translation>
  </message>
  <message>
   <source>A name cannot start with {cleaned}.</source>
   <translation>Nama tidak boleh diawali {cleaned}.</translation>
  </message>
  <message>
   <source>A network that asks for a sign-in first does that; sign in with a browser and try again.</source>
   <translation>Ini terjadi pada jaringan yang meminta Anda masuk dulu; masuk lewat browser lalu coba lagi.</translation>
  </message>
  <message>
   <source>A new message of a contact reopens the old conversation instead of starting a new one.</source>
   <translation>Pesan baru dari kontak membuka kembali percakapan lama, bukan memulai yang baru.</translation>
  </message>
  <message>
   <source>A port is a whole number.</source>
   <translation>Port adalah bilangan bulat.</translation>
  </message>
  <message>
   <source>A postgres:// address for copying straight into Chatwoot's database. Left empty, its web interface is used.</source>
   <translation>Alamat postgres:// untuk menyalin langsung ke basis data Chatwoot. Jika kosong, antarmuka webnya yang dipakai.</translation>
  </message>
  <message>
   <source>A process works in the folder of {name} already: {names}. Two on one folder would damage the WhatsApp session.</source>
   <translation>Sudah ada proses yang bekerja di folder {name}: {names}. Dua proses di satu folder akan merusak sesi WhatsApp.</translation>
  </message>
  <message>
   <source>A program may still use it. Stop it and try again.</source>
   <translation>Mungkin masih ada program yang memakainya. Hentikan program itu dan coba lagi.</translation>
  </message>
  <message>
   <source>A request was answered with in</source>
   <translation>Permintaan dijawab dengan dalam</translation>
  </message>
  <message>
   <source>A request was answered with {status}: {fault}</source>
   <translation>Permintaan dijawab dengan {status}: {fault}</translation>
  </message>
  <message>
   <source>A rule of this computer, such as Smart App Control or one of its administrator, forbids to run GOWA.</source>
   <translation>Aturan di komputer ini, misalnya Smart App Control atau aturan administrator, melarang GOWA dijalankan.</translation>
  </message>
  <message>
   <source>A saved search needs a name of 1 to {longest_search_name} characters.</source>
   <translation>Pencarian tersimpan perlu nama dengan 1 sampai {longest_search_name} karakter.</translation>
  </message>
  <message>
   <source>A second database for message keys. Left empty, they are in the WhatsApp database. Back up both together.</source>
   <translation>Basis data kedua untuk kunci pesan. Jika kosong, kunci ada di basis data WhatsApp. Cadangkan keduanya bersama-sama.</translation>
  </message>
  <message>
   <source>A sign-in by QR code was not finished.</source>
   <translation>Login dengan kode QR belum selesai.</translation>
  </message>
  <message>
   <source>A sign-in is written wrongly. It must be user:password with one colon.</source>
   <translation>Ada info masuk yang salah tulis. Bentuknya harus user:password dengan satu titik dua.</translation>
  </message>
  <message>
   <source>A sign-in needs a user name and a password.</source>
   <translation>Info masuk perlu nama pengguna dan kata sandi.</translation>
  </message>
  <message>
   <source>A snapshot of {name} was restored in part only.</source>
   <translation>Snapshot {name} hanya dipulihkan sebagian.</translation>
  </message>
  <message>
   <source>A stored setting cannot be read.</source>
   <translation>Ada pengaturan tersimpan yang tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>A tag has at most {longest_tag} characters.</source>
   <translation>Tag berisi paling banyak {longest_tag} karakter.</translation>
  </message>
  <message>
   <source>A text sent in answer to incoming messages. Leave it empty to send none.</source>
   <translation>Teks yang dikirim sebagai jawaban atas pesan masuk. Kosongkan agar tidak ada yang dikirim.</translation>
  </message>
  <message>
   <source>A token has letters, digits and signs only, no spaces; GOWA could not send this one.</source>
   <translation>Token hanya berisi huruf, angka, dan tanda, tanpa spasi; GOWA tidak dapat mengirim token ini.</translation>
  </message>
  <message>
   <source>A virus scanner may hold it in its quarantine: allow it there. Then install this version again.</source>
   <translation>Mungkin pemindai virus mengarantinanya: izinkan di sana. Lalu instal lagi versi ini.</translation>
  </message>
  <message>
   <source>A web address of this release makes no sense.</source>
   <translation>Ada alamat web rilis ini yang tidak masuk akal.</translation>
  </message>
  <message>
   <source>A webhook did not take its events. Check its address.</source>
   <translation>Ada webhook yang tidak menerima peristiwanya. Periksa alamatnya.</translation>
  </message>
  <message>
   <source>Accept any certificate</source>
   <translation>Terima sertifikat apa pun</translation>
  </message>
  <message>
   <source>Access and network</source>
   <translation>Akses dan jaringan</translation>
  </message>
  <message>
   <source>Add --name, --restart, --memory-limit, --priority, --tags or --notes.</source>
   <translation>Tambahkan --name, --restart, --memory-limit, --priority, --tags, atau --notes.</translation>
  </message>
  <message>
   <source>Add --yes to do it.</source>
   <translation>Tambahkan --yes untuk melakukannya.</translation>
  </message>
  <message>
   <source>Add --yes to restore it.</source>
   <translation>Tambahkan --yes untuk memulihkannya.</translation>
  </message>
  <message>
   <source>Add a sign-in</source>
   <translation>Tambah info masuk</translation>
  </message>
  <message>
   <source>Add a unit: {text}s for seconds, {text2}m for minutes. Without one GOWA reads nanoseconds.</source>
   <translation>Tambahkan satuan: {text}s untuk detik, {text2}m untuk menit. Tanpa satuan, GOWA membacanya sebagai nanodetik.</translation>
  </message>
  <message>
   <source>Address for calls from Chatwoot</source>
   <translation>Alamat untuk panggilan dari Chatwoot</translation>
  </message>
  <message>
   <source>Address of the separate MCP server</source>
   <translation>Alamat server MCP terpisah</translation>
  </message>
  <message>
   <source>Addresses or ranges such as 10.0.0.0/8 whose forwarded host name is believed in links to QR codes.</source>
   <translation>Alamat atau rentang seperti 10.0.0.0/8 yang nama host terusannya dipercaya dalam tautan ke kode QR.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is deleted.</source>
   <translation>Menambahkan catatan ke percakapan saat pesan dihapus.</translation>
  </message>
  <message>
   <source>Adds a note to the conversation when a message is edited.</source>
   <translation>Menambahkan catatan ke percakapan saat pesan diedit.</translation>
  </message>
  <message>
   <source>After the failed update to {to_tag}</source>
   <translation>Setelah pembaruan ke {to_tag} gagal</translation>
  </message>
  <message>
   <source>All settings, the port, received media files.</source>
   <translation>Semua pengaturan, port, file media yang diterima.</translation>
  </message>
  <message>
   <source>All settings, the port, the address, received media files.</source>
   <translation>Semua pengaturan, port, alamat, file media yang diterima.</translation>
  </message>
  <message>
   <source>Allow it in System Settings, Privacy &amp; Security, and install again.</source>
   <translation>Izinkan di System Settings, Privacy &amp; Security, lalu instal lagi.</translation>
  </message>
  <message>
   <source>Allow its own page only</source>
   <translation>Izinkan hanya halamannya sendiri</translation>
  </message>
  <message>
   <source>Allow the program there, or ask the administrator.</source>
   <translation>Izinkan programnya di sana, atau minta bantuan administrator.</translation>
  </message>
  <message>
   <source>Also forwards what was sent from this account. Only v8.2.1 has this switch.</source>
   <translation>Juga meneruskan yang dikirim dari akun ini. Hanya v8.2.1 yang punya opsi ini.</translation>
  </message>
  <message>
   <source>An administrator may have forbidden it.</source>
   <translation>Mungkin administrator telah melarangnya.</translation>
  </message>
  <message>
   <source>An alert looks at 1 to {longest_minutes} minutes.</source>
   <translation>Peringatan memantau 1 sampai {longest_minutes} menit.</translation>
  </message>
  <message>
   <source>An instance has at most {most_tags} tags.</source>
   <translation>Instans punya paling banyak {most_tags} tag.</translation>
  </message>
  <message>
   <source>An instance of GOWA does not end.</source>
   <translation>Instans GOWA tidak mau berhenti.</translation>
  </message>
  <message>
   <source>An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise.</source>
   <translation>Origin hanya terdiri atas skema, host, dan port, misalnya https://panel.example.com. Jika tidak, GOWA akan berhenti.</translation>
  </message>
  <message>
   <source>Another program asked GOWA to end ({asked}), and it shut down in order. Start it again when you want it.</source>
   <translation>Program lain meminta GOWA berhenti ({asked}), dan GOWA berhenti secara tertib. Mulai lagi kapan pun Anda mau.</translation>
  </message>
  <message>
   <source>Another program is installed as {tag} already.</source>
   <translation>Program lain sudah terinstal sebagai {tag}.</translation>
  </message>
  <message>
   <source>Another sign-in has this user name; GOWA would take the last one only.</source>
   <translation>Info masuk lain punya nama pengguna ini; GOWA hanya akan memakai yang terakhir.</translation>
  </message>
  <message>
   <source>Another update is under way.</source>
   <translation>Pembaruan lain sedang berlangsung.</translation>
  </message>
  <message>
   <source>Answered with {status}</source>
   <translation>Dijawab dengan {status}</translation>
  </message>
  <message>
   <source>Arguments can be seen by everybody on this computer. Put a secret into the extra environment.</source>
   <translation>Argumen dapat dilihat semua orang di komputer ini. Taruh rahasia di lingkungan tambahan.</translation>
  </message>
  <message>
   <source>Ask the release server first (versions available --refresh).</source>
   <translation>Tanya server rilis dulu (versions available --refresh).</translation>
  </message>
  <message>
   <source>Asks WhatsApp first whether the number is registered and refuses to send when it is not.</source>
   <translation>Menanyakan dulu kepada WhatsApp apakah nomornya terdaftar dan menolak mengirim jika tidak.</translation>
  </message>
  <message>
   <source>At least one version is kept.</source>
   <translation>Setidaknya satu versi disimpan.</translation>
  </message>
  <message>
   <source>Automatic reply</source>
   <translation>Balasan otomatis</translation>
  </message>
  <message>
   <source>Bahasa Indonesia</source>
   <translation>Bahasa Indonesia</translation>
  </message>
  <message>
   <source>Base path</source>
   <translation>Path dasar</translation>
  </message>
  <message>
   <source>Basic auth is not valid</source>
   <translation>Basic auth is not valid</translation>
  </message>
  <message>
   <source>Before its data was reset</source>
   <translation>Sebelum datanya diatur ulang</translation>
  </message>
  <message>
   <source>Before the first start with {tag}</source>
   <translation>Sebelum mulai pertama dengan {tag}</translation>
  </message>
  <message>
   <source>Before the snapshot of {created_at} UTC was restored</source>
   <translation>Sebelum snapshot {created_at} UTC dipulihkan</translation>
  </message>
  <message>
   <source>Before the update to {to_tag}</source>
   <translation>Sebelum pembaruan ke {to_tag}</translation>
  </message>
  <message>
   <source>Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.</source>
   <translation>Sebelum v8, GOWA mendengarkan di semua alamat komputer ini, bukan hanya di 127.0.0.1.</translation>
  </message>
  <message>
   <source>Begin conversations as pending</source>
   <translation>Mulai percakapan sebagai tertunda</translation>
  </message>
  <message>
   <source>Begin it again when you like.</source>
   <translation>Mulai lagi kapan pun Anda mau.</translation>
  </message>
  <message>
   <source>Between name and reply</source>
   <translation>Antara nama dan balasan</translation>
  </message>
  <message>
   <source>Bring it back, or start GOWA Desktop anew to restore it.</source>
   <translation>Kembalikan, atau mulai ulang GOWA Desktop untuk memulihkannya.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or choose another with --data-dir.</source>
   <translation>Kembalikan disk atau foldernya, atau pilih yang lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Bring its disk or folder back, or restart GOWA Desktop. What runs goes on running.</source>
   <translation>Kembalikan disk atau foldernya, atau mulai ulang GOWA Desktop. Yang berjalan tetap berjalan.</translation>
  </message>
  <message>
   <source>Calls from Chatwoot must carry it. Left empty, that address is open to everybody, even with a sign-in set.</source>
   <translation>Panggilan dari Chatwoot harus membawanya. Jika kosong, alamat itu terbuka bagi semua orang, meskipun ada info masuk.</translation>
  </message>
  <message>
   <source>Change some first.</source>
   <translation>Ubah sesuatu dulu.</translation>
  </message>
  <message>
   <source>Change the settings by hand.</source>
   <translation>Ubah pengaturannya secara manual.</translation>
  </message>
  <message>
   <source>Change them, then start it again.</source>
   <translation>Ubah dulu, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>Chats to keep out of Chatwoot</source>
   <translation>Chat yang tidak masuk Chatwoot</translation>
  </message>
  <message>
   <source>Chats to leave out</source>
   <translation>Chat yang dilewati</translation>
  </message>
  <message>
   <source>Chatwoot</source>
   <translation>Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot access token</source>
   <translation>Token akses Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot account number</source>
   <translation>Nomor akun Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot address</source>
   <translation>Alamat Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot hosts devices may use</source>
   <translation>Host Chatwoot untuk perangkat</translation>
  </message>
  <message>
   <source>Chatwoot inbox number</source>
   <translation>Nomor kotak masuk Chatwoot</translation>
  </message>
  <message>
   <source>Chatwoot's own database</source>
   <translation>Basis data Chatwoot sendiri</translation>
  </message>
  <message>
   <source>Check its cable or network.</source>
   <translation>Periksa kabel atau jaringannya.</translation>
  </message>
  <message>
   <source>Check numbers before sending</source>
   <translation>Periksa nomor sebelum mengirim</translation>
  </message>
  <message>
   <source>Check that its version is still installed and allowed to run.</source>
   <translation>Pastikan versinya masih terinstal dan boleh dijalankan.</translation>
  </message>
  <message>
   <source>Check the clock of this computer and the proxy.</source>
   <translation>Periksa jam komputer ini dan proxy.</translation>
  </message>
  <message>
   <source>Check the disk and the folder's permissions.</source>
   <translation>Periksa disk dan izin foldernya.</translation>
  </message>
  <message>
   <source>Check the disk and try again.</source>
   <translation>Periksa disk dan coba lagi.</translation>
  </message>
  <message>
   <source>Check the disk it is on.</source>
   <translation>Periksa disk tempatnya berada.</translation>
  </message>
  <message>
   <source>Check the disk.</source>
   <translation>Periksa disk.</translation>
  </message>
  <message>
   <source>Check the file and the version.</source>
   <translation>Periksa file dan versinya.</translation>
  </message>
  <message>
   <source>Check the file, and that no virus scanner holds it.</source>
   <translation>Periksa filenya, dan pastikan tidak ditahan pemindai virus.</translation>
  </message>
  <message>
   <source>Check the internet connection, and the proxy in the settings if you use one.</source>
   <translation>Periksa koneksi internet, dan proxy di pengaturan jika Anda memakainya.</translation>
  </message>
  <message>
   <source>Check the permissions of this folder.</source>
   <translation>Periksa izin folder ini.</translation>
  </message>
  <message>
   <source>Check the proxy in the settings or of this computer.</source>
   <translation>Periksa proxy di pengaturan atau proxy komputer ini.</translation>
  </message>
  <message>
   <source>Check the release address in the settings.</source>
   <translation>Periksa alamat rilis di pengaturan.</translation>
  </message>
  <message>
   <source>Choose a .json or .env file.</source>
   <translation>Pilih file .json atau .env.</translation>
  </message>
  <message>
   <source>Choose a GOWA release file.</source>
   <translation>Pilih file rilis GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip or program.</source>
   <translation>Pilih zip atau program rilis GOWA.</translation>
  </message>
  <message>
   <source>Choose a GOWA release zip.</source>
   <translation>Pilih zip rilis GOWA.</translation>
  </message>
  <message>
   <source>Choose a file that GOWA Desktop or gowa-manager wrote, or a .env for GOWA.</source>
   <translation>Pilih file yang ditulis GOWA Desktop atau gowa-manager, atau .env untuk GOWA.</translation>
  </message>
  <message>
   <source>Choose a file with settings.</source>
   <translation>Pilih file berisi pengaturan.</translation>
  </message>
  <message>
   <source>Choose a number between {least} and {most}.</source>
   <translation>Pilih angka antara {least} dan {most}.</translation>
  </message>
  <message>
   <source>Choose a number of days between them.</source>
   <translation>Pilih jumlah hari di antaranya.</translation>
  </message>
  <message>
   <source>Choose a number of megabytes between them.</source>
   <translation>Pilih jumlah megabyte di antaranya.</translation>
  </message>
  <message>
   <source>Choose a shorter one.</source>
   <translation>Pilih yang lebih pendek.</translation>
  </message>
  <message>
   <source>Choose a time between them.</source>
   <translation>Pilih waktu di antaranya.</translation>
  </message>
  <message>
   <source>Choose a wider range, or give a port yourself.</source>
   <translation>Pilih rentang yang lebih lebar, atau tentukan port sendiri.</translation>
  </message>
  <message>
   <source>Choose an older version of GOWA, or a newer release of this system.</source>
   <translation>Pilih versi GOWA yang lebih lama, atau rilis sistem ini yang lebih baru.</translation>
  </message>
  <message>
   <source>Choose another folder with --data-dir.</source>
   <translation>Pilih folder lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Choose another name, or say that it may be replaced.</source>
   <translation>Pilih nama lain, atau setujui bahwa yang ada boleh diganti.</translation>
  </message>
  <message>
   <source>Choose another name.</source>
   <translation>Pilih nama lain.</translation>
  </message>
  <message>
   <source>Choose another place.</source>
   <translation>Pilih tempat lain.</translation>
  </message>
  <message>
   <source>Choose another port.</source>
   <translation>Pilih port lain.</translation>
  </message>
  <message>
   <source>Choose another snapshot.</source>
   <translation>Pilih snapshot lain.</translation>
  </message>
  <message>
   <source>Choose another version.</source>
   <translation>Pilih versi lain.</translation>
  </message>
  <message>
   <source>Choose another.</source>
   <translation>Pilih yang lain.</translation>
  </message>
  <message>
   <source>Choose one between {first_user_port} and {last_port}.</source>
   <translation>Pilih antara {first_user_port} dan {last_port}.</translation>
  </message>
  <message>
   <source>Choose one of {allowed}.</source>
   <translation>Pilih salah satu dari {allowed}.</translation>
  </message>
  <message>
   <source>Choose one of {choices}.</source>
   <translation>Pilih salah satu dari {choices}.</translation>
  </message>
  <message>
   <source>Choose one of {kind}.</source>
   <translation>Pilih salah satu dari {kind}.</translation>
  </message>
  <message>
   <source>Choose the lower one first.</source>
   <translation>Pilih yang lebih rendah dulu.</translation>
  </message>
  <message>
   <source>Choose the release file for this computer.</source>
   <translation>Pilih file rilis untuk komputer ini.</translation>
  </message>
  <message>
   <source>Choose the release file that ends in {removesuffix}.zip.</source>
   <translation>Pilih file rilis yang berakhiran {removesuffix}.zip.</translation>
  </message>
  <message>
   <source>Choose two different times.</source>
   <translation>Pilih dua waktu yang berbeda.</translation>
  </message>
  <message>
   <source>Clean up versions</source>
   <translation>Bersihkan versi</translation>
  </message>
  <message>
   <source>Clean up {name}</source>
   <translation>Bersihkan {name}</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again.</source>
   <translation>Tutup program yang memakai filenya dan coba lagi.</translation>
  </message>
  <message>
   <source>Close programs that use its files and try again. Nothing was deleted.</source>
   <translation>Tutup program yang memakai filenya dan coba lagi. Tidak ada yang dihapus.</translation>
  </message>
  <message>
   <source>Close that program and try again.</source>
   <translation>Tutup program itu dan coba lagi.</translation>
  </message>
  <message>
   <source>Close that program, or wait until it is done, and try again.</source>
   <translation>Tutup program itu, atau tunggu sampai selesai, lalu coba lagi.</translation>
  </message>
  <message>
   <source>Close them and try again.</source>
   <translation>Tutup semuanya dan coba lagi.</translation>
  </message>
  <message>
   <source>Connect to Chatwoot</source>
   <translation>Hubungkan ke Chatwoot</translation>
  </message>
  <message>
   <source>Connections to the chat database</source>
   <translation>Koneksi ke basis data chat</translation>
  </message>
  <message>
   <source>Copies the message history to Chatwoot after a device has connected.</source>
   <translation>Menyalin riwayat pesan ke Chatwoot setelah perangkat terhubung.</translation>
  </message>
  <message>
   <source>Copy it again from GitHub.</source>
   <translation>Salin lagi dari GitHub.</translation>
  </message>
  <message>
   <source>Correct it and try again.</source>
   <translation>Perbaiki dan coba lagi.</translation>
  </message>
  <message>
   <source>Correct it, or export it anew.</source>
   <translation>Perbaiki, atau ekspor ulang.</translation>
  </message>
  <message>
   <source>Correct it, or look for plain text. Look-around and back-references are not understood.</source>
   <translation>Perbaiki, atau cari teks biasa. Look-around dan back-reference tidak dipahami.</translation>
  </message>
  <message>
   <source>Correct it. Because of that line GOWA would ignore the whole file.</source>
   <translation>Perbaiki. Karena baris itu, GOWA akan mengabaikan seluruh file.</translation>
  </message>
  <message>
   <source>Correct or remove it in the settings.</source>
   <translation>Perbaiki atau hapus di pengaturan.</translation>
  </message>
  <message>
   <source>Correct the file, or set it aside without importing it.</source>
   <translation>Perbaiki filenya, atau sisihkan tanpa mengimpornya.</translation>
  </message>
  <message>
   <source>Correct the value and try again.</source>
   <translation>Perbaiki nilainya dan coba lagi.</translation>
  </message>
  <message>
   <source>Create the inbox by itself</source>
   <translation>Buat kotak masuk otomatis</translation>
  </message>
  <message>
   <source>Created {name} on port {port}.</source>
   <translation>{name} dibuat di port {port}.</translation>
  </message>
  <message>
   <source>Creates or reuses the inbox at each start. A failure is written to the log and GOWA goes on.</source>
   <translation>Membuat atau memakai kembali kotak masuk di setiap mulai. Kegagalan ditulis ke log dan GOWA tetap berjalan.</translation>
  </message>
  <message>
   <source>Dashboard</source>
   <translation>Dasbor</translation>
  </message>
  <message>
   <source>Dashboard checksum</source>
   <translation>Checksum dasbor</translation>
  </message>
  <message>
   <source>Dashboard file name</source>
   <translation>Nama file dasbor</translation>
  </message>
  <message>
   <source>Dashboard repository</source>
   <translation>Repositori dasbor</translation>
  </message>
  <message>
   <source>Database for keys</source>
   <translation>Basis data untuk kunci</translation>
  </message>
  <message>
   <source>Days after which stored chats are removed.</source>
   <translation>Jumlah hari sebelum chat tersimpan dihapus.</translation>
  </message>
  <message>
   <source>Days to import</source>
   <translation>Hari yang diimpor</translation>
  </message>
  <message>
   <source>Debug output</source>
   <translation>Keluaran debug</translation>
  </message>
  <message>
   <source>Delete a snapshot</source>
   <translation>Hapus snapshot</translation>
  </message>
  <message>
   <source>Delete on both sides</source>
   <translation>Hapus di kedua sisi</translation>
  </message>
  <message>
   <source>Delete {name} for good</source>
   <translation>Hapus {name} secara permanen</translation>
  </message>
  <message>
   <source>Deleted the template {name}. Instances keep what they have.</source>
   <translation>Templat {name} dihapus. Instans tetap memakai yang sudah ada.</translation>
  </message>
  <message>
   <source>Details are in the program's log.</source>
   <translation>Detailnya ada di log program.</translation>
  </message>
  <message>
   <source>Device for Chatwoot</source>
   <translation>Perangkat untuk Chatwoot</translation>
  </message>
  <message>
   <source>Device name</source>
   <translation>Nama perangkat</translation>
  </message>
  <message>
   <source>Did you mean {close}?</source>
   <translation>Maksud Anda {close}?</translation>
  </message>
  <message>
   <source>Disk nearly full</source>
   <translation>Disk hampir penuh</translation>
  </message>
  <message>
   <source>Does not check the TLS certificate of receivers. Only for tests: anybody in between could read the messages.</source>
   <translation>Tidak memeriksa sertifikat TLS penerima. Hanya untuk uji coba: siapa pun di tengah jalur dapat membaca pesannya.</translation>
  </message>
  <message>
   <source>Download it again.</source>
   <translation>Unduh lagi.</translation>
  </message>
  <message>
   <source>Download it from {tag}; instances go on while you install it.</source>
   <translation>Unduh dari {tag}; instans tetap berjalan selama pemasangan.</translation>
  </message>
  <message>
   <source>Download the release again.</source>
   <translation>Unduh lagi rilisnya.</translation>
  </message>
  <message>
   <source>Each address receives every event as an HTTP POST. An event is tried five times within 30 seconds, then it is lost.</source>
   <translation>Setiap alamat menerima semua peristiwa sebagai HTTP POST. Setiap peristiwa dicoba lima kali dalam 30 detik, lalu hilang.</translation>
  </message>
  <message>
   <source>Each instance fetches the newest page from GitHub at every start, 60 times an hour at most for this computer. Off, it uses the copy that all instances share.</source>
   <translation>Setiap instans mengambil halaman terbaru dari GitHub di setiap mulai, paling banyak 60 kali per jam untuk komputer ini. Jika mati, dipakai salinan bersama semua instans.</translation>
  </message>
  <message>
   <source>Empty the chat store after</source>
   <translation>Kosongkan simpanan chat setelah</translation>
  </message>
  <message>
   <source>End it with the system's task manager and try again.</source>
   <translation>Akhiri lewat pengelola tugas sistem dan coba lagi.</translation>
  </message>
  <message>
   <source>End that process, then start the instance again.</source>
   <translation>Akhiri proses itu, lalu mulai lagi instansnya.</translation>
  </message>
  <message>
   <source>Events of these chats or senders are not sent: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Peristiwa dari chat atau pengirim ini tidak dikirim: 4915112345678@s.whatsapp.net, atau @g.us untuk semua grup.</translation>
  </message>
  <message>
   <source>Events to send</source>
   <translation>Peristiwa yang dikirim</translation>
  </message>
  <message>
   <source>Every port from {first} to {last} is taken.</source>
   <translation>Semua port dari {first} sampai {last} terpakai.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumen tambahan</translation>
  </message>
  <message>
   <source>Extra environment {name}</source>
   <translation>Lingkungan tambahan {name}</translation>
  </message>
  <message>
   <source>Extra environment {variable}</source>
   <translation>Lingkungan tambahan {variable}</translation>
  </message>
  <message>
   <source>Fetch the dashboard</source>
   <translation>Ambil dasbor</translation>
  </message>
  <message>
   <source>For the former sub-command mcp, which this program does not start.</source>
   <translation>Untuk subperintah mcp lama, yang tidak dijalankan program ini.</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Paksa berhenti</translation>
  </message>
  <message>
   <source>Forget one first.</source>
   <translation>Lupakan satu dulu.</translation>
  </message>
  <message>
   <source>Free some space and try again.</source>
   <translation>Kosongkan sebagian ruang dan coba lagi.</translation>
  </message>
  <message>
   <source>Free some space soon. Instances go on; copies of the database and the program's own log wait until there is room.</source>
   <translation>Segera kosongkan sebagian ruang. Instans tetap berjalan; salinan basis data dan log program menunggu sampai ada ruang.</translation>
  </message>
  <message>
   <source>Free some space, before instances can no longer store messages.</source>
   <translation>Kosongkan sebagian ruang sebelum instans tidak dapat lagi menyimpan pesan.</translation>
  </message>
  <message>
   <source>Free some space, or choose another with --data-dir.</source>
   <translation>Kosongkan sebagian ruang, atau pilih yang lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Free some space, or delete old snapshots.</source>
   <translation>Kosongkan sebagian ruang, atau hapus snapshot lama.</translation>
  </message>
  <message>
   <source>From the profile page of the Chatwoot user that GOWA acts for.</source>
   <translation>Dari halaman profil pengguna Chatwoot yang diwakili GOWA.</translation>
  </message>
  <message>
   <source>From {begin} to {end} is no time at all.</source>
   <translation>Dari {begin} sampai {end} tidak ada selang waktunya.</translation>
  </message>
  <message>
   <source>GOWA Desktop</source>
   <translation>GOWA Desktop</translation>
  </message>
  <message>
   <source>GOWA Desktop ended before it answered.</source>
   <translation>GOWA Desktop berakhir sebelum menjawab.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running on {data_dir}{who}.</source>
   <translation>GOWA Desktop sudah berjalan di {data_dir}{who}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is already running without a window on this data folder.</source>
   <translation>GOWA Desktop sudah berjalan tanpa jendela di folder data ini.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running on {data_dir}.</source>
   <translation>GOWA Desktop tidak berjalan di {data_dir}.</translation>
  </message>
  <message>
   <source>GOWA Desktop is not running.</source>
   <translation>GOWA Desktop tidak berjalan.</translation>
  </message>
  <message>
   <source>GOWA Desktop is running but does not answer.</source>
   <translation>GOWA Desktop berjalan tetapi tidak menjawab.</translation>
  </message>
  <message>
   <source>GOWA Desktop sent an answer that is too long.</source>
   <translation>GOWA Desktop mengirim jawaban yang terlalu panjang.</translation>
  </message>
  <message>
   <source>GOWA Desktop was asked to quit and does not.</source>
   <translation>GOWA Desktop diminta keluar tetapi tidak keluar.</translation>
  </message>
  <message>
   <source>GOWA Desktop was updated while it runs.</source>
   <translation>GOWA Desktop diperbarui selagi berjalan.</translation>
  </message>
  <message>
   <source>GOWA Desktop {tag} is available</source>
   <translation>GOWA Desktop {tag} tersedia</translation>
  </message>
  <message>
   <source>GOWA answered with the status {status}.</source>
   <translation>GOWA menjawab dengan status {status}.</translation>
  </message>
  <message>
   <source>GOWA answered with too much.</source>
   <translation>Jawaban GOWA terlalu besar.</translation>
  </message>
  <message>
   <source>GOWA becomes an OAuth server for MCP. It needs a sign-in and the public https address of this instance.</source>
   <translation>GOWA menjadi server OAuth untuk MCP. Ini perlu info masuk dan alamat https publik instans ini.</translation>
  </message>
  <message>
   <source>GOWA could not be started.</source>
   <translation>GOWA tidak dapat dimulai.</translation>
  </message>
  <message>
   <source>GOWA could not be started: {system_text}.</source>
   <translation>GOWA tidak dapat dimulai: {system_text}.</translation>
  </message>
  <message>
   <source>GOWA could not listen on its port {port}. Choose another port or address.</source>
   <translation>GOWA tidak dapat mendengarkan di port {port}. Pilih port atau alamat lain.</translation>
  </message>
  <message>
   <source>GOWA could not reach WhatsApp when it started. Check the internet connection.</source>
   <translation>GOWA tidak dapat menjangkau WhatsApp saat dimulai. Periksa koneksi internet.</translation>
  </message>
  <message>
   <source>GOWA did not become ready within {ready_limit_ms} seconds on port {port}. Look at its last lines, then start it again.</source>
   <translation>GOWA belum siap dalam {ready_limit_ms} detik di port {port}. Lihat baris log terakhirnya, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>GOWA does not answer: {name}.</source>
   <translation>GOWA tidak menjawab: {name}.</translation>
  </message>
  <message>
   <source>GOWA does not know one of the extra arguments. Remove it.</source>
   <translation>GOWA tidak mengenal salah satu argumen tambahan. Hapus argumen itu.</translation>
  </message>
  <message>
   <source>GOWA ended while this program was not its parent, so its exit code is unknown</source>
   <translation>GOWA berakhir saat program ini bukan induknya, jadi kode keluarnya tidak diketahui</translation>
  </message>
  <message>
   <source>GOWA ended with code {code}</source>
   <translation>GOWA berakhir dengan kode {code}</translation>
  </message>
  <message>
   <source>GOWA gave up: {rstrip}. ({what}.)</source>
   <translation>GOWA menyerah: {rstrip}. ({what}.)</translation>
  </message>
  <message>
   <source>GOWA hit an internal fault (panic). Its last lines tell more.</source>
   <translation>GOWA mengalami kesalahan internal (panic). Baris log terakhirnya menjelaskan lebih lanjut.</translation>
  </message>
  <message>
   <source>GOWA ignores words that are no flags. Write a flag with its value, such as --name=value.</source>
   <translation>GOWA mengabaikan kata yang bukan flag. Tulis flag dengan nilainya, misalnya --name=value.</translation>
  </message>
  <message>
   <source>GOWA knows no days. Write {days}h instead.</source>
   <translation>GOWA tidak mengenal hari. Tulis {days}h.</translation>
  </message>
  <message>
   <source>GOWA needs the system library glibc, which this system, perhaps Alpine or another with musl, does not have.</source>
   <translation>GOWA memerlukan pustaka sistem glibc, yang tidak ada di sistem ini, mungkin Alpine atau sistem lain dengan musl.</translation>
  </message>
  <message>
   <source>GOWA never sees this form. Write {match}@s.whatsapp.net.</source>
   <translation>GOWA tidak pernah melihat bentuk ini. Tulis {match}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>GOWA refused a sign-in. Check the user names and passwords.</source>
   <translation>GOWA menolak info masuk. Periksa nama pengguna dan kata sandinya.</translation>
  </message>
  <message>
   <source>GOWA refused the sign-in.</source>
   <translation>GOWA menolak info masuknya.</translation>
  </message>
  <message>
   <source>GOWA refuses OAuth without a sign-in. Add one under “Sign-ins” first.</source>
   <translation>GOWA menolak OAuth tanpa info masuk. Tambahkan dulu di “Info masuk”.</translation>
  </message>
  <message>
   <source>GOWA says nothing about it</source>
   <translation>GOWA tidak mengatakan apa-apa tentangnya</translation>
  </message>
  <message>
   <source>GOWA sends no event of this name. It knows {choices} and others.</source>
   <translation>GOWA tidak mengirim peristiwa dengan nama ini. Yang dikenal: {choices} dan lainnya.</translation>
  </message>
  <message>
   <source>GOWA stopped answering: {misses} questions in a row got no answer.</source>
   <translation>GOWA berhenti menjawab: {misses} pertanyaan berturut-turut tidak dijawab.</translation>
  </message>
  <message>
   <source>GOWA takes it as the argument {flag} only, which everybody on this computer can read. Leave it empty.</source>
   <translation>GOWA hanya menerimanya sebagai argumen {flag}, yang dapat dibaca semua orang di komputer ini. Biarkan kosong.</translation>
  </message>
  <message>
   <source>GOWA version</source>
   <translation>Versi GOWA</translation>
  </message>
  <message>
   <source>GOWA was {signal}</source>
   <translation>GOWA {signal}</translation>
  </message>
  <message>
   <source>GOWA {tag} always listens on every address, and this instance asks for no sign-in: anyone on your network can use it.</source>
   <translation>GOWA {tag} selalu mendengarkan di semua alamat, dan instans ini tidak meminta info masuk: siapa pun di jaringan Anda dapat memakainya.</translation>
  </message>
  <message>
   <source>GOWA {tag} answers any web page, and this instance asks for no sign-in: any page you open in your browser can use it.</source>
   <translation>GOWA {tag} menjawab halaman web mana pun, dan instans ini tidak meminta info masuk: halaman apa pun yang Anda buka di browser dapat memakainya.</translation>
  </message>
  <message>
   <source>GOWA {tag} cannot be removed: {strerror}.</source>
   <translation>GOWA {tag} tidak dapat dihapus: {strerror}.</translation>
  </message>
  <message>
   <source>GOWA {tag} has no {what}.</source>
   <translation>GOWA {tag} tidak punya {what}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is available</source>
   <translation>GOWA {tag} tersedia</translation>
  </message>
  <message>
   <source>GOWA {tag} is installed{is_verified}.</source>
   <translation>GOWA {tag} terinstal{is_verified}.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed any more, so there is no way back but its snapshot.</source>
   <translation>GOWA {tag} sudah tidak terinstal, jadi tidak ada jalan kembali selain snapshot-nya.</translation>
  </message>
  <message>
   <source>GOWA {tag} is not installed.</source>
   <translation>GOWA {tag} tidak terinstal.</translation>
  </message>
  <message>
   <source>GOWA {tag} is so new that its {what} is not there yet.</source>
   <translation>GOWA {tag} masih begitu baru sehingga {what} belum ada.</translation>
  </message>
  <message>
   <source>GOWA {tag} is used by {names}.</source>
   <translation>GOWA {tag} dipakai oleh {names}.</translation>
  </message>
  <message>
   <source>GOWA {tag} needs ?_foreign_keys=on at the end of a file: address and would stop without it.</source>
   <translation>GOWA {tag} memerlukan ?_foreign_keys=on di akhir alamat file: dan akan berhenti tanpanya.</translation>
  </message>
  <message>
   <source>GOWA {tag} takes settings as arguments only, which everybody on this computer can read. Use v5.2.0 or newer.</source>
   <translation>GOWA {tag} hanya menerima pengaturan sebagai argumen, yang dapat dibaca semua orang di komputer ini. Gunakan v5.2.0 atau yang lebih baru.</translation>
  </message>
  <message>
   <source>GOWA {version} does not know it.</source>
   <translation>GOWA {version} tidak mengenalnya.</translation>
  </message>
  <message>
   <source>GOWA's answer cannot be read.</source>
   <translation>Jawaban GOWA tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>GitHub token for the dashboard</source>
   <translation>Token GitHub untuk dasbor</translation>
  </message>
  <message>
   <source>Give it one.</source>
   <translation>Beri nama.</translation>
  </message>
  <message>
   <source>Give the version as well, such as v9.2.0 (--tag v9.2.0).</source>
   <translation>Sebutkan juga versinya, misalnya v9.2.0 (--tag v9.2.0).</translation>
  </message>
  <message>
   <source>Give the version, such as --tag v9.2.0.</source>
   <translation>Sebutkan versinya, misalnya --tag v9.2.0.</translation>
  </message>
  <message>
   <source>Give them another version first, then remove it.</source>
   <translation>Beri versi lain dulu, lalu hapus yang ini.</translation>
  </message>
  <message>
   <source>Give this one another version, such as --tag v9.2.0+local.</source>
   <translation>Beri yang ini versi lain, misalnya --tag v9.2.0+local.</translation>
  </message>
  <message>
   <source>Go back with: gowa-desktop update "{name}" --to {tag}. It keeps the pairing.</source>
   <translation>Kembali dengan: gowa-desktop update "{name}" --to {tag}. Penautannya tetap ada.</translation>
  </message>
  <message>
   <source>Goes online for a short while regularly, so that WhatsApp does not unlink the device as inactive.</source>
   <translation>Online sebentar secara teratur, agar WhatsApp tidak memutus tautan perangkat karena tidak aktif.</translation>
  </message>
  <message>
   <source>How long the device stays online each time, such as 5m.</source>
   <translation>Berapa lama perangkat online setiap kali, misalnya 5m.</translation>
  </message>
  <message>
   <source>How many days of history are copied.</source>
   <translation>Berapa hari riwayat yang disalin.</translation>
  </message>
  <message>
   <source>How many requests may read or write chats at the same time.</source>
   <translation>Berapa permintaan yang boleh membaca atau menulis chat bersamaan.</translation>
  </message>
  <message>
   <source>How often a newer page is looked for, such as 3h.</source>
   <translation>Seberapa sering halaman yang lebih baru dicari, misalnya 3h.</translation>
  </message>
  <message>
   <source>How often presence is shown, as hours, minutes and seconds such as 24h or 90m.</source>
   <translation>Seberapa sering kehadiran ditampilkan, dalam jam, menit, dan detik, misalnya 24h atau 90m.</translation>
  </message>
  <message>
   <source>How the inbox is called that GOWA creates.</source>
   <translation>Nama kotak masuk yang dibuat GOWA.</translation>
  </message>
  <message>
   <source>If you trust it, {remedy}, or import this version again; then start the instance.</source>
   <translation>Jika Anda memercayainya, {remedy}, atau impor lagi versi ini; lalu mulai instansnya.</translation>
  </message>
  <message>
   <source>Import earlier messages</source>
   <translation>Impor pesan sebelumnya</translation>
  </message>
  <message>
   <source>Import it into the settings or set it aside, then start again.</source>
   <translation>Impor ke pengaturan atau sisihkan, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>Imported GOWA {tags}.</source>
   <translation>GOWA {tags} diimpor.</translation>
  </message>
  <message>
   <source>Install GOWA {wanted}</source>
   <translation>Instal GOWA {wanted}</translation>
  </message>
  <message>
   <source>Install it again to go on from there.</source>
   <translation>Instal lagi untuk melanjutkan dari sana.</translation>
  </message>
  <message>
   <source>Install or import it first, or choose one of {others}.</source>
   <translation>Instal atau impor dulu, atau pilih salah satu dari {others}.</translation>
  </message>
  <message>
   <source>Install or import it first; no version is installed yet.</source>
   <translation>Instal atau impor dulu; belum ada versi yang terinstal.</translation>
  </message>
  <message>
   <source>Install or import one first, or choose the version simulator to try things out.</source>
   <translation>Instal atau impor dulu, atau pilih versi simulator untuk mencoba-coba.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop to import it.</source>
   <translation>Instal GOWA Desktop yang lebih baru untuk mengimpornya.</translation>
  </message>
  <message>
   <source>Install the newer GOWA Desktop, or choose another data folder. Nothing was changed.</source>
   <translation>Instal GOWA Desktop yang lebih baru, atau pilih folder data lain. Tidak ada yang diubah.</translation>
  </message>
  <message>
   <source>It answers any web page (CORS is open): {what}.</source>
   <translation>Menjawab halaman web mana pun (CORS terbuka): {what}.</translation>
  </message>
  <message>
   <source>It could not be stopped.</source>
   <translation>Tidak dapat dihentikan.</translation>
  </message>
  <message>
   <source>It does not answer.</source>
   <translation>Tidak menjawab.</translation>
  </message>
  <message>
   <source>It does not run.</source>
   <translation>Tidak berjalan.</translation>
  </message>
  <message>
   <source>It ended.</source>
   <translation>Sudah berakhir.</translation>
  </message>
  <message>
   <source>It failed the last time it ran.</source>
   <translation>Gagal saat terakhir berjalan.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It is tried again every {slow_retry_s} minutes.</source>
   <translation>Gagal {failure_limit} kali dalam {failure_window_s} menit. Dicoba lagi setiap {slow_retry_s} menit.</translation>
  </message>
  <message>
   <source>It failed {failure_limit} times in {failure_window_s} minutes. It stays down until you start it.</source>
   <translation>Gagal {failure_limit} kali dalam {failure_window_s} menit. Tetap mati sampai Anda memulainya.</translation>
  </message>
  <message>
   <source>It goes from the trash by itself after seven days.</source>
   <translation>Hilang dari tempat sampah dengan sendirinya setelah tujuh hari.</translation>
  </message>
  <message>
   <source>It has the simulator, which is no GOWA and is not updated.</source>
   <translation>Memakai simulator, yang bukan GOWA dan tidak diperbarui.</translation>
  </message>
  <message>
   <source>It is not in the trash any more.</source>
   <translation>Sudah tidak ada di tempat sampah.</translation>
  </message>
  <message>
   <source>It is stopped and stays so; it has not been started with this version yet.</source>
   <translation>Instans ini berhenti dan tetap berhenti; belum pernah dimulai dengan versi ini.</translation>
  </message>
  <message>
   <source>It is tried again every few seconds; until then instances are only shown, and what runs goes on running.</source>
   <translation>Dicoba lagi setiap beberapa detik; sampai saat itu instans hanya ditampilkan, dan yang berjalan tetap berjalan.</translation>
  </message>
  <message>
   <source>It keeps what was deleted for 7 days.</source>
   <translation>Menyimpan yang dihapus selama 7 hari.</translation>
  </message>
  <message>
   <source>It listens {where} and asks for no sign-in: anyone on your network can use it.</source>
   <translation>Mendengarkan {where} dan tidak meminta info masuk: siapa pun di jaringan Anda dapat memakainya.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile.</source>
   <translation>Mungkin sudah dihapus sementara itu.</translation>
  </message>
  <message>
   <source>It may have been deleted meanwhile; look at the list of templates.</source>
   <translation>Mungkin sudah dihapus sementara itu; lihat daftar templat.</translation>
  </message>
  <message>
   <source>It must have the same host and port as the public address for OAuth.</source>
   <translation>Host dan port-nya harus sama dengan alamat publik untuk OAuth.</translation>
  </message>
  <message>
   <source>It runs again.</source>
   <translation>Sudah berjalan lagi.</translation>
  </message>
  <message>
   <source>It runs well with {to_tag}.</source>
   <translation>Berjalan baik dengan {to_tag}.</translation>
  </message>
  <message>
   <source>It sets {names}, which GOWA would obey unasked.</source>
   <translation>Menetapkan {names}, yang akan dipatuhi GOWA tanpa diminta.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Dibatalkan.</translation>
  </message>
  <message>
   <source>It was changed after this update was planned. Update it again.</source>
   <translation>Diubah setelah pembaruan ini direncanakan. Perbarui lagi.</translation>
  </message>
  <message>
   <source>It was deleted after this update was planned.</source>
   <translation>Dihapus setelah pembaruan ini direncanakan.</translation>
  </message>
  <message>
   <source>It was made anew from the records of {instances} instance{instances2}</source>
   <translation>Dibuat ulang dari catatan {instances} instan{instances2}</translation>
  </message>
  <message>
   <source>It was put back or deleted meanwhile.</source>
   <translation>Sudah dikembalikan atau dihapus sementara itu.</translation>
  </message>
  <message>
   <source>It was restored from the copy of {copied_at} {copied_at2}</source>
   <translation>Dipulihkan dari salinan {copied_at} {copied_at2}</translation>
  </message>
  <message>
   <source>It was stopped as asked.</source>
   <translation>Dihentikan sesuai permintaan.</translation>
  </message>
  <message>
   <source>It was stopped before it could be compared with what it was.</source>
   <translation>Dihentikan sebelum dapat dibandingkan dengan keadaan semula.</translation>
  </message>
  <message>
   <source>It was stopped before it was ready.</source>
   <translation>Dihentikan sebelum siap.</translation>
  </message>
  <message>
   <source>Its WhatsApp accounts could not be asked for before; only its health was watched.</source>
   <translation>Akun WhatsApp-nya tidak dapat ditanyakan sebelumnya; hanya kesehatannya yang diawasi.</translation>
  </message>
  <message>
   <source>Its default holds.</source>
   <translation>Nilai bawaannya berlaku.</translation>
  </message>
  <message>
   <source>Its disk may be mounted with noexec, or a security program forbids it. Choose another data folder.</source>
   <translation>Disk-nya mungkin dipasang dengan noexec, atau program keamanan melarangnya. Pilih folder data lain.</translation>
  </message>
  <message>
   <source>Its files arrive one after another. Try again in some minutes.</source>
   <translation>File-filenya tiba satu per satu. Coba lagi dalam beberapa menit.</translation>
  </message>
  <message>
   <source>Its settings were changed meanwhile.</source>
   <translation>Pengaturannya diubah sementara itu.</translation>
  </message>
  <message>
   <source>Its threads: {told}.</source>
   <translation>Thread-nya: {told}.</translation>
  </message>
  <message>
   <source>Its users were changed since it was started; restart it so that it knows the new ones.</source>
   <translation>Penggunanya diubah sejak dimulai; mulai ulang agar mengenal yang baru.</translation>
  </message>
  <message>
   <source>Its webhooks are signed with GOWA's own secret, which everybody knows: anyone can send events in its name.</source>
   <translation>Webhook-nya ditandatangani dengan rahasia bawaan GOWA, yang diketahui semua orang: siapa pun dapat mengirim peristiwa atas namanya.</translation>
  </message>
  <message>
   <source>Keep chats</source>
   <translation>Simpan chat</translation>
  </message>
  <message>
   <source>Keep read marks in step</source>
   <translation>Selaraskan tanda baca</translation>
  </message>
  <message>
   <source>Kept, but without effect in this version: {unheard}.</source>
   <translation>Disimpan, tetapi tidak berpengaruh di versi ini: {unheard}.</translation>
  </message>
  <message>
   <source>Leave it out, or choose a version that has it with --gowa.</source>
   <translation>Hilangkan, atau pilih versi yang memilikinya dengan --gowa.</translation>
  </message>
  <message>
   <source>Leave it out, or move the instance to a version that has it: gowa-desktop update {name}</source>
   <translation>Hilangkan opsi itu, atau pindahkan instans ke versi yang memilikinya: gowa-desktop update {name}</translation>
  </message>
  <message>
   <source>Leave out commas, semicolons and quotation marks.</source>
   <translation>Jangan gunakan koma, titik koma, dan tanda kutip.</translation>
  </message>
  <message>
   <source>Left out because a .env cannot carry them: {not_carried}. Use --format json for them.</source>
   <translation>Dilewati karena .env tidak dapat memuatnya: {not_carried}. Gunakan --format json untuk itu.</translation>
  </message>
  <message>
   <source>Left out because they hold secrets: {secrets_left_out}. Add --with-secrets for them.</source>
   <translation>Dilewati karena berisi rahasia: {secrets_left_out}. Tambahkan --with-secrets untuk menyertakannya.</translation>
  </message>
  <message>
   <source>Length of a pulse</source>
   <translation>Lama pulsa</translation>
  </message>
  <message>
   <source>Less than 10 MB</source>
   <translation>Kurang dari 10 MB</translation>
  </message>
  <message>
   <source>Lets AI assistants use this instance at the address /mcp. Without a sign-in everybody who reaches the port may.</source>
   <translation>Memungkinkan asisten AI memakai instans ini di alamat /mcp. Tanpa info masuk, siapa pun yang menjangkau port ini boleh memakainya.</translation>
  </message>
  <message>
   <source>Line {number} of the .env file cannot be read: {reason}.</source>
   <translation>Baris {number} file .env tidak dapat dibaca: {reason}.</translation>
  </message>
  <message>
   <source>Listen on</source>
   <translation>Dengarkan di</translation>
  </message>
  <message>
   <source>Listen on this computer only</source>
   <translation>Dengarkan hanya di komputer ini</translation>
  </message>
  <message>
   <source>Look at its log.</source>
   <translation>Lihat log-nya.</translation>
  </message>
  <message>
   <source>Look at the folder.</source>
   <translation>Lihat foldernya.</translation>
  </message>
  <message>
   <source>Look at the list of available versions.</source>
   <translation>Lihat daftar versi yang tersedia.</translation>
  </message>
  <message>
   <source>Look at the list of instances for the names there are.</source>
   <translation>Lihat nama-nama yang ada di daftar instans.</translation>
  </message>
  <message>
   <source>Look at the list of instances.</source>
   <translation>Lihat daftar instans.</translation>
  </message>
  <message>
   <source>Look at the list of templates for the names there are.</source>
   <translation>Lihat nama-nama yang ada di daftar templat.</translation>
  </message>
  <message>
   <source>Look at them and try again.</source>
   <translation>Lihat dulu dan coba lagi.</translation>
  </message>
  <message>
   <source>Look for versions of GOWA</source>
   <translation>Cari versi GOWA</translation>
  </message>
  <message>
   <source>Look into its quarantine, allow GOWA there and install again. GOWA is not signed, so scanners may suspect it.</source>
   <translation>Periksa karantinanya, izinkan GOWA di sana, lalu instal lagi. GOWA tidak ditandatangani, jadi pemindai mungkin mencurigainya.</translation>
  </message>
  <message>
   <source>Looking up the release</source>
   <translation>Mencari rilis</translation>
  </message>
  <message>
   <source>MCP</source>
   <translation>MCP</translation>
  </message>
  <message>
   <source>MCP sign-ins</source>
   <translation>Info masuk MCP</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Dibuat manual</translation>
  </message>
  <message>
   <source>Make it readable for you and try again.</source>
   <translation>Buat agar dapat Anda baca dan coba lagi.</translation>
  </message>
  <message>
   <source>Make it writable for you and try again.</source>
   <translation>Buat agar dapat Anda tulisi dan coba lagi.</translation>
  </message>
  <message>
   <source>Make it writable for you, or choose another with --data-dir.</source>
   <translation>Buat agar dapat Anda tulisi, atau pilih yang lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Make its folder writable for you and start again.</source>
   <translation>Buat foldernya dapat Anda tulisi dan mulai lagi.</translation>
  </message>
  <message>
   <source>Make its folder writable for you, or choose another with --data-dir.</source>
   <translation>Buat foldernya dapat Anda tulisi, atau pilih yang lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Make the folder above it writable for you and start again.</source>
   <translation>Buat folder di atasnya dapat Anda tulisi dan mulai lagi.</translation>
  </message>
  <message>
   <source>Make this rule for all.</source>
   <translation>Jadikan aturan ini untuk semua.</translation>
  </message>
  <message>
   <source>Mark messages as read</source>
   <translation>Tandai pesan sudah dibaca</translation>
  </message>
  <message>
   <source>Marks every incoming message as read at once.</source>
   <translation>Langsung menandai setiap pesan masuk sudah dibaca.</translation>
  </message>
  <message>
   <source>Media are kept for 1 to {longest_days} days.</source>
   <translation>Media disimpan selama 1 sampai {longest_days} hari.</translation>
  </message>
  <message>
   <source>Memory limit</source>
   <translation>Batas memori</translation>
  </message>
  <message>
   <source>Move it back by hand.</source>
   <translation>Kembalikan secara manual.</translation>
  </message>
  <message>
   <source>Move or remove it by hand, then try again.</source>
   <translation>Pindahkan atau hapus secara manual, lalu coba lagi.</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>Name a version of GOWA, such as v9.2.0.</source>
   <translation>Sebutkan versi GOWA, misalnya v9.2.0.</translation>
  </message>
  <message>
   <source>Name a version, such as v9.2.0.</source>
   <translation>Sebutkan versi, misalnya v9.2.0.</translation>
  </message>
  <message>
   <source>Name an installed version, such as v9.2.0.</source>
   <translation>Sebutkan versi yang terinstal, misalnya v9.2.0.</translation>
  </message>
  <message>
   <source>Name of the created inbox</source>
   <translation>Nama kotak masuk yang dibuat</translation>
  </message>
  <message>
   <source>Name one or more, or use --all.</source>
   <translation>Sebutkan satu atau lebih, atau gunakan --all.</translation>
  </message>
  <message>
   <source>Name one or more.</source>
   <translation>Sebutkan satu atau lebih.</translation>
  </message>
  <message>
   <source>Names of device slots and their own webhooks are lost; v7 and before use only the first account.</source>
   <translation>Nama slot perangkat dan webhook masing-masing hilang; v7 dan sebelumnya hanya memakai akun pertama.</translation>
  </message>
  <message>
   <source>New conversations wait as pending until somebody takes them.</source>
   <translation>Percakapan baru menunggu sebagai tertunda sampai ada yang menanganinya.</translation>
  </message>
  <message>
   <source>New in this version</source>
   <translation>Yang baru di versi ini</translation>
  </message>
  <message>
   <source>No GOWA version is installed yet.</source>
   <translation>Belum ada versi GOWA yang terinstal.</translation>
  </message>
  <message>
   <source>No instance is named.</source>
   <translation>Tidak ada instans yang disebutkan.</translation>
  </message>
  <message>
   <source>No release of GOWA is known yet.</source>
   <translation>Belum ada rilis GOWA yang diketahui.</translation>
  </message>
  <message>
   <source>Nobody can tell which version it had, so there is no way back but its snapshot.</source>
   <translation>Tidak ada yang tahu versi sebelumnya, jadi tidak ada jalan kembali selain snapshot-nya.</translation>
  </message>
  <message>
   <source>Not begun, because {name} could not be updated.</source>
   <translation>Tidak dimulai, karena {name} tidak dapat diperbarui.</translation>
  </message>
  <message>
   <source>Not copied because it belongs to one instance: {labels}.</source>
   <translation>Tidak disalin karena milik satu instans: {labels}.</translation>
  </message>
  <message>
   <source>Not copied because it holds secrets: {left}.</source>
   <translation>Tidak disalin karena berisi rahasia: {left}.</translation>
  </message>
  <message>
   <source>Not everything in {path} could be deleted: {strerror}.</source>
   <translation>Tidak semua isi {path} dapat dihapus: {strerror}.</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Catatan</translation>
  </message>
  <message>
   <source>Notes which instances run and asks them to stop.</source>
   <translation>Mencatat instans yang berjalan dan memintanya berhenti.</translation>
  </message>
  <message>
   <source>Nothing is followed while GOWA Desktop is not running.</source>
   <translation>Tidak ada yang diikuti selama GOWA Desktop tidak berjalan.</translation>
  </message>
  <message>
   <source>Nothing of “{value}” is in the trash.</source>
   <translation>Tidak ada apa pun dari “{value}” di tempat sampah.</translation>
  </message>
  <message>
   <source>Nothing was changed because of {names}. {reasons}</source>
   <translation>Tidak ada yang diubah karena {names}. {reasons}</translation>
  </message>
  <message>
   <source>Nothing was changed.</source>
   <translation>Tidak ada yang diubah.</translation>
  </message>
  <message>
   <source>Nothing was created because of {names}. GOWA {tag} does not know it.</source>
   <translation>Tidak ada yang dibuat karena {names}. GOWA {tag} tidak mengenalnya.</translation>
  </message>
  <message>
   <source>Nothing was installed and the installed versions are as they were. Try again later; if it stays so, do not trust this source.</source>
   <translation>Tidak ada yang diinstal dan versi terinstal tetap seperti semula. Coba lagi nanti; jika tetap begitu, jangan percayai sumber ini.</translation>
  </message>
  <message>
   <source>Nothing was installed. Try again later.</source>
   <translation>Tidak ada yang diinstal. Coba lagi nanti.</translation>
  </message>
  <message>
   <source>OAuth database</source>
   <translation>Basis data OAuth</translation>
  </message>
  <message>
   <source>OAuth needs the public https address of this instance.</source>
   <translation>OAuth memerlukan alamat https publik instans ini.</translation>
  </message>
  <message>
   <source>Offers GOWA's own web page at the base URL. When off, that address answers with a short note.</source>
   <translation>Menyajikan halaman web GOWA sendiri di URL dasar. Jika mati, alamat itu menjawab dengan catatan singkat.</translation>
  </message>
  <message>
   <source>Older versions</source>
   <translation>Versi lebih lama</translation>
  </message>
  <message>
   <source>Only a page with this SHA-256 is served, 64 hexadecimal digits. Leave it empty to accept any.</source>
   <translation>Hanya halaman dengan SHA-256 ini yang disajikan, 64 digit heksadesimal. Kosongkan untuk menerima apa saja.</translation>
  </message>
  <message>
   <source>Only these kinds of events are sent. An empty list sends all.</source>
   <translation>Hanya jenis peristiwa ini yang dikirim. Daftar kosong mengirim semuanya.</translation>
  </message>
  <message>
   <source>Only {free} MB</source>
   <translation>Hanya {free} MB</translation>
  </message>
  <message>
   <source>Open GOWA versions to install it; your instances change only when you update them.</source>
   <translation>Buka Versi GOWA untuk menginstalnya; instans Anda hanya berubah saat Anda memperbaruinya.</translation>
  </message>
  <message>
   <source>Options are named as in the config, such as debug or webhooks.</source>
   <translation>Opsi dinamai seperti di konfigurasi, misalnya debug atau webhooks.</translation>
  </message>
  <message>
   <source>Origins such as https://panel.example.com. An empty list or * lets any page in your browser call the API.</source>
   <translation>Origin seperti https://panel.example.com. Daftar kosong atau * membolehkan halaman apa pun di browser Anda memanggil API.</translation>
  </message>
  <message>
   <source>Other computers cannot reach it then.</source>
   <translation>Dengan begitu, komputer lain tidak dapat menjangkaunya.</translation>
  </message>
  <message>
   <source>Other processes work in its folder: {names}.</source>
   <translation>Proses lain bekerja di foldernya: {names}.</translation>
  </message>
  <message>
   <source>Other processes work in the folder of {name}: {names}.</source>
   <translation>Proses lain bekerja di folder {name}: {names}.</translation>
  </message>
  <message>
   <source>Other web pages cannot call it then.</source>
   <translation>Dengan begitu, halaman web lain tidak dapat memanggilnya.</translation>
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
   <translation>Port server MCP terpisah</translation>
  </message>
  <message>
   <source>Port {next_free_port} is free.</source>
   <translation>Port {next_free_port} bebas.</translation>
  </message>
  <message>
   <source>Port {port} belongs to the instance {name}.</source>
   <translation>Port {port} milik instans {name}.</translation>
  </message>
  <message>
   <source>Port {port} is reserved by the system, which lets no program listen there.</source>
   <translation>Port {port} dicadangkan oleh sistem, yang tidak mengizinkan program mendengarkan di sana.</translation>
  </message>
  <message>
   <source>Port {port} is reserved for the system.</source>
   <translation>Port {port} dicadangkan untuk sistem.</translation>
  </message>
  <message>
   <source>Port {port} is used by another program. Choose another port, or close that program.</source>
   <translation>Port {port} dipakai program lain. Pilih port lain, atau tutup program itu.</translation>
  </message>
  <message>
   <source>Port {port} is used by {who}.</source>
   <translation>Port {port} dipakai oleh {who}.</translation>
  </message>
  <message>
   <source>Português (Brasil)</source>
   <translation>Português (Brasil)</translation>
  </message>
  <message>
   <source>Presence after connecting</source>
   <translation>Kehadiran setelah terhubung</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioritas</translation>
  </message>
  <message>
   <source>Proxy for WhatsApp</source>
   <translation>Proxy untuk WhatsApp</translation>
  </message>
  <message>
   <source>Public address for OAuth</source>
   <translation>Alamat publik untuk OAuth</translation>
  </message>
  <message>
   <source>Public address of MCP</source>
   <translation>Alamat publik MCP</translation>
  </message>
  <message>
   <source>Puts every address below this path, for use behind a reverse proxy. /health stays at the root.</source>
   <translation>Menaruh semua alamat di bawah path ini, untuk dipakai di belakang proxy terbalik. /health tetap di akar.</translation>
  </message>
  <message>
   <source>Puts the agent's name before every reply from Chatwoot.</source>
   <translation>Menaruh nama agen di depan setiap balasan dari Chatwoot.</translation>
  </message>
  <message>
   <source>QR context canceled</source>
   <translation>QR context canceled</translation>
  </message>
  <message>
   <source>Quit GOWA Desktop and start it again.</source>
   <translation>Keluar dari GOWA Desktop dan mulai lagi.</translation>
  </message>
  <message>
   <source>Quit it and start it again.</source>
   <translation>Keluar dan mulai lagi.</translation>
  </message>
  <message>
   <source>Raises the limit of 60 downloads an hour. It needs no permissions.</source>
   <translation>Menaikkan batas 60 unduhan per jam. Tidak memerlukan izin.</translation>
  </message>
  <message>
   <source>Reject calls</source>
   <translation>Tolak panggilan</translation>
  </message>
  <message>
   <source>Rejects incoming calls by itself.</source>
   <translation>Menolak panggilan masuk secara otomatis.</translation>
  </message>
  <message>
   <source>Remove GOWA {tag}</source>
   <translation>Hapus GOWA {tag}</translation>
  </message>
  <message>
   <source>Remove files or versions you do not need, and try again.</source>
   <translation>Hapus file atau versi yang tidak Anda perlukan, lalu coba lagi.</translation>
  </message>
  <message>
   <source>Remove it, or have it removed, and start again.</source>
   <translation>Hapus, atau minta dihapuskan, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>Removed GOWA {tags}.</source>
   <translation>GOWA {tags} dihapus.</translation>
  </message>
  <message>
   <source>Reopen resolved conversations</source>
   <translation>Buka kembali percakapan selesai</translation>
  </message>
  <message>
   <source>Reset data of</source>
   <translation>Atur ulang data</translation>
  </message>
  <message>
   <source>Restart it to use the new version; your instances go on running meanwhile.</source>
   <translation>Mulai ulang untuk memakai versi baru; instans Anda tetap berjalan sementara itu.</translation>
  </message>
  <message>
   <source>Restart {name} to apply it: gowa-desktop restart {name2}</source>
   <translation>Mulai ulang {name} untuk menerapkannya: gowa-desktop restart {name2}</translation>
  </message>
  <message>
   <source>Restore a snapshot, or reset the data of the instance.</source>
   <translation>Pulihkan snapshot, atau atur ulang data instans.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy before changing the settings.</source>
   <translation>Pulihkan gowa.db dari salinan sebelum mengubah pengaturan.</translation>
  </message>
  <message>
   <source>Restore gowa.db from a copy, or delete the instance and create it again; they are kept as they are.</source>
   <translation>Pulihkan gowa.db dari salinan, atau hapus instans dan buat lagi; semuanya disimpan seperti adanya.</translation>
  </message>
  <message>
   <source>Restore the data of</source>
   <translation>Pulihkan data</translation>
  </message>
  <message>
   <source>Restore the snapshot again, or restart GOWA Desktop.</source>
   <translation>Pulihkan lagi snapshot-nya, atau mulai ulang GOWA Desktop.</translation>
  </message>
  <message>
   <source>Run, watch and keep alive the GOWA WhatsApp API servers on your own computer</source>
   <translation>Jalankan, awasi, dan jaga tetap hidup server API WhatsApp GOWA di komputer Anda sendiri</translation>
  </message>
  <message>
   <source>Save it anew from an instance.</source>
   <translation>Simpan ulang dari sebuah instans.</translation>
  </message>
  <message>
   <source>Save received media</source>
   <translation>Simpan media yang diterima</translation>
  </message>
  <message>
   <source>Saved the settings of {name} as the template {name2}.</source>
   <translation>Pengaturan {name} disimpan sebagai templat {name2}.</translation>
  </message>
  <message>
   <source>Saved {name} as {id}.</source>
   <translation>{name} disimpan sebagai {id}.</translation>
  </message>
  <message>
   <source>Secret for calls from Chatwoot</source>
   <translation>Rahasia untuk panggilan dari Chatwoot</translation>
  </message>
  <message>
   <source>See gowa-desktop --help.</source>
   <translation>Lihat gowa-desktop --help.</translation>
  </message>
  <message>
   <source>See them with: gowa-desktop snapshots list NAME</source>
   <translation>Lihat dengan: gowa-desktop snapshots list NAME</translation>
  </message>
  <message>
   <source>See what there is with: gowa-desktop config show NAME</source>
   <translation>Lihat yang ada dengan: gowa-desktop config show NAME</translation>
  </message>
  <message>
   <source>Send media through the web interface</source>
   <translation>Kirim media lewat antarmuka web</translation>
  </message>
  <message>
   <source>Send own messages to webhooks</source>
   <translation>Kirim pesan sendiri ke webhook</translation>
  </message>
  <message>
   <source>Serve MCP</source>
   <translation>Sajikan MCP</translation>
  </message>
  <message>
   <source>Serve the dashboard</source>
   <translation>Sajikan dasbor</translation>
  </message>
  <message>
   <source>Set XDG_RUNTIME_DIR to a folder of yours.</source>
   <translation>Tetapkan XDG_RUNTIME_DIR ke folder milik Anda.</translation>
  </message>
  <message>
   <source>Set an http proxy in the settings.</source>
   <translation>Tetapkan proxy http di pengaturan.</translation>
  </message>
  <message>
   <source>Set the other options with a command of their own.</source>
   <translation>Atur opsi lainnya dengan perintah tersendiri.</translation>
  </message>
  <message>
   <source>Shorten its arguments.</source>
   <translation>Persingkat argumennya.</translation>
  </message>
  <message>
   <source>Shorten them to {longest_notes}.</source>
   <translation>Persingkat menjadi {longest_notes}.</translation>
  </message>
  <message>
   <source>Show presence now and then</source>
   <translation>Tampilkan kehadiran sesekali</translation>
  </message>
  <message>
   <source>Shows conversations in a Chatwoot inbox and sends the answers written there.</source>
   <translation>Menampilkan percakapan di kotak masuk Chatwoot dan mengirim jawaban yang ditulis di sana.</translation>
  </message>
  <message>
   <source>Sign in to MCP with OAuth</source>
   <translation>Masuk ke MCP dengan OAuth</translation>
  </message>
  <message>
   <source>Sign replies</source>
   <translation>Tanda tangani balasan</translation>
  </message>
  <message>
   <source>Sign-ins</source>
   <translation>Info masuk</translation>
  </message>
  <message>
   <source>Snapshots in {folder} cannot be read or written: {strerror}.</source>
   <translation>Snapshot di {folder} tidak dapat dibaca atau ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>Some messages could not be decrypted. If that goes on, pair the device again.</source>
   <translation>Beberapa pesan tidak dapat didekripsi. Jika terus terjadi, tautkan lagi perangkatnya.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {error}.</source>
   <translation>Terjadi kesalahan yang tidak terduga: {error}.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong: {name}.</source>
   <translation>Terjadi kesalahan yang tidak terduga: {name}.</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop ({name}).</source>
   <translation>Terjadi kesalahan di dalam GOWA Desktop ({name}).</translation>
  </message>
  <message>
   <source>Stand-in text for missing media</source>
   <translation>Teks pengganti untuk media yang tidak ada</translation>
  </message>
  <message>
   <source>Start GOWA Desktop anew: it restores the newest good copy and keeps the damaged file.</source>
   <translation>Mulai ulang GOWA Desktop: program memulihkan salinan baik terbaru dan menyimpan file yang rusak.</translation>
  </message>
  <message>
   <source>Start GOWA Desktop once with this data folder; it keeps a copy of the old database.</source>
   <translation>Mulai GOWA Desktop sekali dengan folder data ini; program menyimpan salinan basis data lama.</translation>
  </message>
  <message>
   <source>Start it again and see what became of the command with: gowa-desktop list</source>
   <translation>Mulai lagi dan lihat hasil perintahnya dengan: gowa-desktop list</translation>
  </message>
  <message>
   <source>Start it again when you want it.</source>
   <translation>Mulai lagi kapan pun Anda mau.</translation>
  </message>
  <message>
   <source>Start it and try again.</source>
   <translation>Mulai dulu dan coba lagi.</translation>
  </message>
  <message>
   <source>Start it with a letter or a digit.</source>
   <translation>Awali dengan huruf atau angka.</translation>
  </message>
  <message>
   <source>Start it, or leave --follow out.</source>
   <translation>Mulai dulu, atau hilangkan --follow.</translation>
  </message>
  <message>
   <source>Start it, with a window or with --no-window, and try again.</source>
   <translation>Mulai dulu, dengan jendela atau dengan --no-window, lalu coba lagi.</translation>
  </message>
  <message>
   <source>Start the instance again.</source>
   <translation>Mulai lagi instansnya.</translation>
  </message>
  <message>
   <source>Starting and stopping goes on and is saved when it is free; other changes have to wait.</source>
   <translation>Memulai dan menghentikan tetap berlangsung dan disimpan saat basis data bebas; perubahan lain harus menunggu.</translation>
  </message>
  <message>
   <source>Still running although it was ended by force: {names}. End it in the system's task list.</source>
   <translation>Masih berjalan meskipun diakhiri paksa: {names}. Akhiri di daftar tugas sistem.</translation>
  </message>
  <message>
   <source>Storage</source>
   <translation>Penyimpanan</translation>
  </message>
  <message>
   <source>Stores messages so that they can be replied to. Newer versions always do.</source>
   <translation>Menyimpan pesan agar dapat dibalas. Versi yang lebih baru selalu melakukannya.</translation>
  </message>
  <message>
   <source>Stores photos, videos and files of messages on this disk. GOWA never removes them and keeps images twice.</source>
   <translation>Menyimpan foto, video, dan file pesan di disk ini. GOWA tidak pernah menghapusnya dan menyimpan gambar dua kali.</translation>
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
   <translation>Tag</translation>
  </message>
  <message>
   <source>Take one away first.</source>
   <translation>Lepaskan satu dulu.</translation>
  </message>
  <message>
   <source>Tell about deleted messages</source>
   <translation>Beri tahu tentang pesan yang dihapus</translation>
  </message>
  <message>
   <source>Tell about edited messages</source>
   <translation>Beri tahu tentang pesan yang diedit</translation>
  </message>
  <message>
   <source>The GitHub repository, as owner/name, that the page comes from. Its code runs in your browser with your sign-in.</source>
   <translation>Repositori GitHub, sebagai owner/name, asal halaman. Kodenya berjalan di browser Anda dengan info masuk Anda.</translation>
  </message>
  <message>
   <source>The SQLite file for clients and tokens, as file:path below the instance folder.</source>
   <translation>File SQLite untuk klien dan token, sebagai file:path di bawah folder instans.</translation>
  </message>
  <message>
   <source>The address cannot have a user, password, query or fragment.</source>
   <translation>Alamat tidak boleh memuat pengguna, kata sandi, kueri, atau fragmen.</translation>
  </message>
  <message>
   <source>The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.</source>
   <translation>Alamat harus diawali http://, https://, atau socks5://. Jika tidak, GOWA akan terhubung tanpa proxy.</translation>
  </message>
  <message>
   <source>The address must start with https://.</source>
   <translation>Alamat harus diawali https://.</translation>
  </message>
  <message>
   <source>The address of the Chatwoot server, such as https://chat.example.com.</source>
   <translation>Alamat server Chatwoot, misalnya https://chat.example.com.</translation>
  </message>
  <message>
   <source>The answer of the release server cannot be read.</source>
   <translation>Jawaban server rilis tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>The answer of the release server is no list of releases.</source>
   <translation>Jawaban server rilis bukan daftar rilis.</translation>
  </message>
  <message>
   <source>The answer of the release server is no release.</source>
   <translation>Jawaban server rilis bukan rilis.</translation>
  </message>
  <message>
   <source>The answer of {host} cannot be read.</source>
   <translation>Jawaban {host} tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>The argument is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>Argumen lebih panjang dari {max_characters} karakter, yang tidak dapat diteruskan oleh semua sistem.</translation>
  </message>
  <message>
   <source>The argument is no text.</source>
   <translation>Argumen bukan teks.</translation>
  </message>
  <message>
   <source>The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.</source>
   <translation>Basis data chat berasal dari GOWA v7. Sisihkan chatstorage.db; penautannya tetap.</translation>
  </message>
  <message>
   <source>The chat store in {folder} cannot be moved: {strerror}.</source>
   <translation>Simpanan chat di {folder} tidak dapat dipindahkan: {strerror}.</translation>
  </message>
  <message>
   <source>The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew.</source>
   <translation>Simpanan chat v7, yang tidak dapat dipakai versi lebih baru, disisihkan; chat dan pesan mulai dari awal.</translation>
  </message>
  <message>
   <source>The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside.</source>
   <translation>Chat dan pesan sebelumnya tidak muncul di versi baru; GOWA tidak dapat mengonversinya. Filenya disimpan terpisah.</translation>
  </message>
  <message>
   <source>The chats and messages of before the update to v8 or later, which were kept aside, come back.</source>
   <translation>Chat dan pesan dari sebelum pembaruan ke v8 atau lebih baru, yang disimpan terpisah, kembali.</translation>
  </message>
  <message>
   <source>The chats and messages of the newer version do not appear in the older one. Their file is kept aside.</source>
   <translation>Chat dan pesan versi yang lebih baru tidak muncul di versi yang lebih lama. Filenya disimpan terpisah.</translation>
  </message>
  <message>
   <source>The checksums cannot be read.</source>
   <translation>Checksum tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>The clean-up did not tell what it did.</source>
   <translation>Pembersihan tidak memberi tahu apa yang dilakukannya.</translation>
  </message>
  <message>
   <source>The command comes from another version of GOWA Desktop than the one that is running.</source>
   <translation>Perintah berasal dari versi GOWA Desktop lain, bukan yang sedang berjalan.</translation>
  </message>
  <message>
   <source>The command failed.</source>
   <translation>Perintah gagal.</translation>
  </message>
  <message>
   <source>The command has no verb.</source>
   <translation>Perintah tidak punya kata kerja.</translation>
  </message>
  <message>
   <source>The command is too long to send.</source>
   <translation>Perintah terlalu panjang untuk dikirim.</translation>
  </message>
  <message>
   <source>The command is too long.</source>
   <translation>Perintah terlalu panjang.</translation>
  </message>
  <message>
   <source>The command socket {name} cannot be opened: {server}.</source>
   <translation>Soket perintah {name} tidak dapat dibuka: {server}.</translation>
  </message>
  <message>
   <source>The command “{verb}” needs the text “{key}”.</source>
   <translation>Perintah “{verb}” memerlukan teks “{key}”.</translation>
  </message>
  <message>
   <source>The connection ended before the file did.</source>
   <translation>Koneksi berakhir sebelum file selesai.</translation>
  </message>
  <message>
   <source>The connection to WhatsApp goes through this address: http://, https:// or socks5://, with user and password if needed.</source>
   <translation>Koneksi ke WhatsApp melalui alamat ini: http://, https://, atau socks5://, dengan pengguna dan kata sandi jika perlu.</translation>
  </message>
  <message>
   <source>The connection to {host} was lost.</source>
   <translation>Koneksi ke {host} terputus.</translation>
  </message>
  <message>
   <source>The connection to {url} was lost.</source>
   <translation>Koneksi ke {url} terputus.</translation>
  </message>
  <message>
   <source>The dashboard of an instance could not be copied for the others</source>
   <translation>Dasbor suatu instans tidak dapat disalin untuk yang lain</translation>
  </message>
  <message>
   <source>The dashboard that was downloaded is not the one its release describes.</source>
   <translation>Dasbor yang diunduh bukan dasbor yang dijelaskan rilisnya.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {error}.</source>
   <translation>Folder data {root} tidak dapat dibuat: {error}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be made: {strerror}.</source>
   <translation>Folder data {root} tidak dapat dibuat: {strerror}.</translation>
  </message>
  <message>
   <source>The data folder {root} cannot be {what}: {reason}.</source>
   <translation>Folder data {root} tidak dapat dipakai ({what}): {reason}.</translation>
  </message>
  <message>
   <source>The data folder {root} is a file.</source>
   <translation>Folder data {root} adalah file.</translation>
  </message>
  <message>
   <source>The data folder {root} is not there.</source>
   <translation>Folder data {root} tidak ada.</translation>
  </message>
  <message>
   <source>The data of {name} is in the trash; its settings stay.</source>
   <translation>Data {name} ada di tempat sampah; pengaturannya tetap.</translation>
  </message>
  <message>
   <source>The data of {name} is put back.</source>
   <translation>Data {name} dikembalikan.</translation>
  </message>
  <message>
   <source>The database of the {word} is on a server and has to be saved there.</source>
   <translation>Basis data {word} ada di server dan harus disimpan di sana.</translation>
  </message>
  <message>
   <source>The database of the {word} lies outside the instance folder.</source>
   <translation>Basis data {word} berada di luar folder instans.</translation>
  </message>
  <message>
   <source>The database was {what}. {how}{kept}.</source>
   <translation>Keadaan basis data: {what}. {how}{kept}.</translation>
  </message>
  <message>
   <source>The database {database} has gone or was replaced, so the change could not be saved.</source>
   <translation>Basis data {database} hilang atau diganti, jadi perubahan tidak dapat disimpan.</translation>
  </message>
  <message>
   <source>The database {database} has gone.</source>
   <translation>Basis data {database} hilang.</translation>
  </message>
  <message>
   <source>The database {folder} is damaged.</source>
   <translation>Basis data {folder} rusak.</translation>
  </message>
  <message>
   <source>The database {path} cannot be written.</source>
   <translation>Basis data {path} tidak dapat ditulis.</translation>
  </message>
  <message>
   <source>The database {path} comes from another version and has not been converted yet.</source>
   <translation>Basis data {path} berasal dari versi lain dan belum dikonversi.</translation>
  </message>
  <message>
   <source>The database {path} could not be used: {error}.</source>
   <translation>Basis data {path} tidak dapat dipakai: {error}.</translation>
  </message>
  <message>
   <source>The database {path} is damaged.</source>
   <translation>Basis data {path} rusak.</translation>
  </message>
  <message>
   <source>The database {path} is in use by another program.</source>
   <translation>Basis data {path} sedang dipakai program lain.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}, so the change could not be saved.</source>
   <translation>Basis data {path} sedang dipakai oleh {holder}, jadi perubahan tidak dapat disimpan.</translation>
  </message>
  <message>
   <source>The database {path} is in use by {holder}.</source>
   <translation>Basis data {path} sedang dipakai oleh {holder}.</translation>
  </message>
  <message>
   <source>The database {path} was written by a newer GOWA Desktop (its format is {version}, this program knows {schema_version}).</source>
   <translation>Basis data {path} ditulis oleh GOWA Desktop yang lebih baru (formatnya {version}, program ini mengenal {schema_version}).</translation>
  </message>
  <message>
   <source>The details are in gowa-desktop.log in its data folder.</source>
   <translation>Detailnya ada di gowa-desktop.log dalam folder datanya.</translation>
  </message>
  <message>
   <source>The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.</source>
   <translation>Perangkat mendapat namanya sendiri, misalnya 628111:7@s.whatsapp.net. Dengan satu perangkat, panggilan tidak memerlukan X-Device-Id.</translation>
  </message>
  <message>
   <source>The device was unlinked on the phone. Pair it again.</source>
   <translation>Tautan perangkat diputus di ponsel. Tautkan lagi.</translation>
  </message>
  <message>
   <source>The disk is full, so the change could not be saved.</source>
   <translation>Disk penuh, jadi perubahan tidak dapat disimpan.</translation>
  </message>
  <message>
   <source>The disk is full. Free some space and start it again.</source>
   <translation>Disk penuh. Kosongkan sebagian ruang dan mulai lagi.</translation>
  </message>
  <message>
   <source>The disk is the same for all instances.</source>
   <translation>Disk-nya sama untuk semua instans.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} does not answer.</source>
   <translation>Disk folder data {root} tidak menjawab.</translation>
  </message>
  <message>
   <source>The disk of the data folder {root} is full.</source>
   <translation>Disk folder data {root} penuh.</translation>
  </message>
  <message>
   <source>The download cannot be written: {strerror}.</source>
   <translation>Unduhan tidak dapat ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>The download could not go on where it was cut.</source>
   <translation>Unduhan tidak dapat dilanjutkan dari tempat terputusnya.</translation>
  </message>
  <message>
   <source>The entry contains a comma, at which GOWA would cut it in two.{advice}</source>
   <translation>Entri berisi koma, dan GOWA akan memotongnya menjadi dua di sana.{advice}</translation>
  </message>
  <message>
   <source>The entry has a space at its ends, which GOWA would keep.</source>
   <translation>Entri punya spasi di ujungnya, yang akan dipertahankan GOWA.</translation>
  </message>
  <message>
   <source>The entry is empty. Write something or remove the row.</source>
   <translation>Entri kosong. Tulis sesuatu atau hapus barisnya.</translation>
  </message>
  <message>
   <source>The exact name of the file in a release of that repository.</source>
   <translation>Nama persis file dalam rilis repositori itu.</translation>
  </message>
  <message>
   <source>The extra arguments are no list.</source>
   <translation>Argumen tambahan bukan daftar.</translation>
  </message>
  <message>
   <source>The extra environment is no list of names and values.</source>
   <translation>Lingkungan tambahan bukan daftar nama dan nilai.</translation>
  </message>
  <message>
   <source>The file cannot be read as JSON{place}.</source>
   <translation>File tidak dapat dibaca sebagai JSON{place}.</translation>
  </message>
  <message>
   <source>The file cannot be read.</source>
   <translation>File tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>The file holds no settings of an instance.</source>
   <translation>File tidak berisi pengaturan instans.</translation>
  </message>
  <message>
   <source>The file name {name} does not say which version it is.</source>
   <translation>Nama file {name} tidak menyebutkan versinya.</translation>
  </message>
  <message>
   <source>The file of GOWA {tag} is far too large to be GOWA.</source>
   <translation>File GOWA {tag} terlalu besar untuk sebuah GOWA.</translation>
  </message>
  <message>
   <source>The file was written by a newer GOWA Desktop.</source>
   <translation>File ditulis oleh GOWA Desktop yang lebih baru.</translation>
  </message>
  <message>
   <source>The file {path} cannot be moved aside: {strerror}.</source>
   <translation>File {path} tidak dapat disisihkan: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be read: {strerror}.</source>
   <translation>File {path} tidak dapat dibaca: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} cannot be written: {strerror}.</source>
   <translation>File {path} tidak dapat ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>The file {path} is no text.</source>
   <translation>File {path} bukan teks.</translation>
  </message>
  <message>
   <source>The file {path} is too large to hold settings.</source>
   <translation>File {path} terlalu besar untuk berisi pengaturan.</translation>
  </message>
  <message>
   <source>The file {target} cannot be written: {strerror}.</source>
   <translation>File {target} tidak dapat ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>The folder of {name} holds {value}; the limit is {limit}. Clean up its media.</source>
   <translation>Folder {name} berisi {value}; batasnya {limit}. Bersihkan medianya.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket belongs to someone else.</source>
   <translation>Folder {folder} untuk soket perintah milik orang lain.</translation>
  </message>
  <message>
   <source>The folder {folder} for the command socket cannot be used: {error}.</source>
   <translation>Folder {folder} untuk soket perintah tidak dapat dipakai: {error}.</translation>
  </message>
  <message>
   <source>The https address under which this instance is reached from outside.</source>
   <translation>Alamat https tempat instans ini dijangkau dari luar.</translation>
  </message>
  <message>
   <source>The inbox that conversations go to. It may stay 0 when the inbox is created by itself.</source>
   <translation>Kotak masuk tujuan percakapan. Boleh tetap 0 jika kotak masuk dibuat otomatis.</translation>
  </message>
  <message>
   <source>The instance data stayed in {trashed}: {strerror}.</source>
   <translation>Data instans tetap ada di {trashed}: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder cannot be written. Check its permissions.</source>
   <translation>Folder instans tidak dapat ditulis. Periksa izinnya.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be moved to the trash: {strerror}.</source>
   <translation>Folder instans {folder} tidak dapat dipindahkan ke tempat sampah: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be used: {strerror}.</source>
   <translation>Folder instans {folder} tidak dapat dipakai: {strerror}.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written.</source>
   <translation>Folder instans {folder} tidak dapat ditulis.</translation>
  </message>
  <message>
   <source>The instance folder {folder} cannot be written: {strerror}.</source>
   <translation>Folder instans {folder} tidak dapat ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>The instance has no port.</source>
   <translation>Instans tidak punya port.</translation>
  </message>
  <message>
   <source>The journal of updates in {folder} cannot be written: {folder2}.</source>
   <translation>Jurnal pembaruan di {folder} tidak dapat ditulis: {folder2}.</translation>
  </message>
  <message>
   <source>The key of the signature each call carries, so that the receiver can tell that it comes from this instance.</source>
   <translation>Kunci tanda tangan yang dibawa setiap panggilan, agar penerima tahu bahwa panggilan itu berasal dari instans ini.</translation>
  </message>
  <message>
   <source>The link leads to no instance.</source>
   <translation>Tautan itu tidak menuju instans mana pun.</translation>
  </message>
  <message>
   <source>The list is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>Daftar lebih panjang dari {max_characters} karakter, yang tidak dapat diteruskan oleh semua sistem.</translation>
  </message>
  <message>
   <source>The list of versions cannot be kept: {strerror}.</source>
   <translation>Daftar versi tidak dapat disimpan: {strerror}.</translation>
  </message>
  <message>
   <source>The log file {path} cannot be written: {strerror}.</source>
   <translation>File log {path} tidak dapat ditulis: {strerror}.</translation>
  </message>
  <message>
   <source>The message is no JSON object.</source>
   <translation>Pesan bukan objek JSON.</translation>
  </message>
  <message>
   <source>The message is no JSON.</source>
   <translation>Pesan bukan JSON.</translation>
  </message>
  <message>
   <source>The name has {cleaned} characters; {max_name_length} is the most.</source>
   <translation>Nama punya {cleaned} karakter; paling banyak {max_name_length}.</translation>
  </message>
  <message>
   <source>The name is empty.</source>
   <translation>Nama kosong.</translation>
  </message>
  <message>
   <source>The name of this linked device on the phone; GOWA adds its version. It takes effect at the next pairing.</source>
   <translation>Nama perangkat tertaut ini di ponsel; GOWA menambahkan versinya. Berlaku pada penautan berikutnya.</translation>
  </message>
  <message>
   <source>The name simulator belongs to the built-in stand-in.</source>
   <translation>Nama simulator adalah milik pengganti bawaan.</translation>
  </message>
  <message>
   <source>The newest dashboard release has no page with a checksum.</source>
   <translation>Rilis dasbor terbaru tidak punya halaman dengan checksum.</translation>
  </message>
  <message>
   <source>The newest good copy and what each instance knows of itself take its place; what runs goes on running.</source>
   <translation>Salinan baik terbaru dan catatan setiap instans tentang dirinya menggantikannya; yang berjalan tetap berjalan.</translation>
  </message>
  <message>
   <source>The notes have {text} characters.</source>
   <translation>Catatan punya {text} karakter.</translation>
  </message>
  <message>
   <source>The number behind /accounts/ in Chatwoot's own addresses.</source>
   <translation>Nomor di belakang /accounts/ dalam alamat Chatwoot sendiri.</translation>
  </message>
  <message>
   <source>The number of lines must be 1 or more.</source>
   <translation>Jumlah baris harus 1 atau lebih.</translation>
  </message>
  <message>
   <source>The pairing of {lost} is missing.</source>
   <translation>Penautan {lost} tidak ada.</translation>
  </message>
  <message>
   <source>The pairing with the phone, if WhatsApp still accepts the older version.</source>
   <translation>Penautan dengan ponsel, jika WhatsApp masih menerima versi lama.</translation>
  </message>
  <message>
   <source>The pairing with the phone: nothing has to be scanned again.</source>
   <translation>Penautan dengan ponsel: tidak ada yang perlu dipindai lagi.</translation>
  </message>
  <message>
   <source>The pairing, all chats and messages, and all settings.</source>
   <translation>Penautan, semua chat dan pesan, serta semua pengaturan.</translation>
  </message>
  <message>
   <source>The port is set by itself.</source>
   <translation>Port diatur tersendiri.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself, not among its options.</source>
   <translation>Port ditetapkan untuk instans itu sendiri, bukan di antara opsinya.</translation>
  </message>
  <message>
   <source>The port is set for the instance itself.</source>
   <translation>Port ditetapkan untuk instans itu sendiri.</translation>
  </message>
  <message>
   <source>The port this instance answers on. It belongs to the instance and is changed there.</source>
   <translation>Port tempat instans ini menjawab. Port milik instans dan diubah di sana.</translation>
  </message>
  <message>
   <source>The port: it belongs to the instance and stays as it is.</source>
   <translation>Port: milik instans dan tetap seperti adanya.</translation>
  </message>
  <message>
   <source>The program cannot be run here: {strerror}.</source>
   <translation>Program tidak dapat dijalankan di sini: {strerror}.</translation>
  </message>
  <message>
   <source>The program did not answer when asked for its help.</source>
   <translation>Program tidak menjawab saat dimintai bantuannya.</translation>
  </message>
  <message>
   <source>The program ended before its turn; it is as it was.</source>
   <translation>Program berakhir sebelum gilirannya; keadaannya seperti semula.</translation>
  </message>
  <message>
   <source>The program ended while it was being updated.</source>
   <translation>Program berakhir saat sedang diperbarui.</translation>
  </message>
  <message>
   <source>The program inside the file is too large to be GOWA.</source>
   <translation>Program di dalam file terlalu besar untuk sebuah GOWA.</translation>
  </message>
  <message>
   <source>The program inside {name} is a link or too large.</source>
   <translation>Program di dalam {name} berupa tautan atau terlalu besar.</translation>
  </message>
  <message>
   <source>The program of GOWA cannot run, because {reason}: {program}.</source>
   <translation>Program GOWA tidak dapat berjalan, karena {reason}: {program}.</translation>
  </message>
  <message>
   <source>The program of GOWA {tag} has disappeared from {folder}.</source>
   <translation>Program GOWA {tag} hilang dari {folder}.</translation>
  </message>
  <message>
   <source>The program runs but is not GOWA, or not this version of it.</source>
   <translation>Program berjalan tetapi bukan GOWA, atau bukan versi ini.</translation>
  </message>
  <message>
   <source>The program was taken away while it was being installed, most likely by a virus scanner ({name}).</source>
   <translation>Program diambil saat sedang diinstal, kemungkinan besar oleh pemindai virus ({name}).</translation>
  </message>
  <message>
   <source>The proxy refuses the connection.</source>
   <translation>Proxy menolak koneksi.</translation>
  </message>
  <message>
   <source>The proxy that is set for this computer is of a kind that does not work here.</source>
   <translation>Proxy yang ditetapkan untuk komputer ini berjenis yang tidak berfungsi di sini.</translation>
  </message>
  <message>
   <source>The proxy was not used. Check its address: http, https or socks5.</source>
   <translation>Proxy tidak dipakai. Periksa alamatnya: http, https, atau socks5.</translation>
  </message>
  <message>
   <source>The public address of this instance with /chatwoot/webhook, which is registered with the created inbox.</source>
   <translation>Alamat publik instans ini dengan /chatwoot/webhook, yang didaftarkan dengan kotak masuk yang dibuat.</translation>
  </message>
  <message>
   <source>The record of the instance cannot be written to {path}: {strerror}.</source>
   <translation>Catatan instans tidak dapat ditulis ke {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The record of the running process cannot be written to {path}: {strerror}.</source>
   <translation>Catatan proses yang berjalan tidak dapat ditulis ke {path}: {strerror}.</translation>
  </message>
  <message>
   <source>The server sent more than the release says.</source>
   <translation>Server mengirim lebih banyak daripada yang disebutkan rilis.</translation>
  </message>
  <message>
   <source>The settings of {name} are those with which it last ran well.</source>
   <translation>Pengaturan {name} sama dengan saat terakhir berjalan baik.</translation>
  </message>
  <message>
   <source>The settings together are too large for a process to be started with. Shorten the longest lists.</source>
   <translation>Pengaturan seluruhnya terlalu besar untuk memulai proses. Persingkat daftar yang terpanjang.</translation>
  </message>
  <message>
   <source>The settings under “flags” are no JSON object.</source>
   <translation>Pengaturan di bawah “flags” bukan objek JSON.</translation>
  </message>
  <message>
   <source>The sign-in has no {word}.</source>
   <translation>Info masuk tidak punya {word}.</translation>
  </message>
  <message>
   <source>The sign-ins are no list.</source>
   <translation>Info masuk bukan daftar.</translation>
  </message>
  <message>
   <source>The simulator is built in and needs no installation.</source>
   <translation>Simulator sudah ada di dalam program dan tidak perlu diinstal.</translation>
  </message>
  <message>
   <source>The simulator is no version to update to.</source>
   <translation>Simulator bukan versi tujuan pembaruan.</translation>
  </message>
  <message>
   <source>The snapshot file {copy} is damaged.</source>
   <translation>File snapshot {copy} rusak.</translation>
  </message>
  <message>
   <source>The snapshot {id} is deleted.</source>
   <translation>Snapshot {id} dihapus.</translation>
  </message>
  <message>
   <source>The snapshot {id} is gone.</source>
   <translation>Snapshot {id} sudah tidak ada.</translation>
  </message>
  <message>
   <source>The snapshot {name} is damaged.</source>
   <translation>Snapshot {name} rusak.</translation>
  </message>
  <message>
   <source>The stored settings are no JSON object.</source>
   <translation>Pengaturan tersimpan bukan objek JSON.</translation>
  </message>
  <message>
   <source>The stored settings cannot be read{place}.</source>
   <translation>Pengaturan tersimpan tidak dapat dibaca{place}.</translation>
  </message>
  <message>
   <source>The switched-off webhooks are no list of addresses.</source>
   <translation>Webhook yang dimatikan bukan daftar alamat.</translation>
  </message>
  <message>
   <source>The system does not accept the file as a program (exec format error).</source>
   <translation>Sistem tidak menerima file ini sebagai program (exec format error).</translation>
  </message>
  <message>
   <source>The system does not allow listening on port {port}. Choose another port.</source>
   <translation>Sistem tidak mengizinkan mendengarkan di port {port}. Pilih port lain.</translation>
  </message>
  <message>
   <source>The system does not let programs run from {parent}.</source>
   <translation>Sistem tidak mengizinkan program berjalan dari {parent}.</translation>
  </message>
  <message>
   <source>The tag “{longest_tag}…” is too long.</source>
   <translation>Tag “{longest_tag}…” terlalu panjang.</translation>
  </message>
  <message>
   <source>The template is named {name} now.</source>
   <translation>Templat sekarang bernama {name}.</translation>
  </message>
  <message>
   <source>The template {name} cannot be read.</source>
   <translation>Templat {name} tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>The text between the agent's name and the reply, usually line breaks.</source>
   <translation>Teks antara nama agen dan balasan, biasanya ganti baris.</translation>
  </message>
  <message>
   <source>The text is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>Teks lebih panjang dari {max_characters} karakter, yang tidak dapat diteruskan oleh semua sistem.</translation>
  </message>
  <message>
   <source>The text to look for is too long.</source>
   <translation>Teks yang dicari terlalu panjang.</translation>
  </message>
  <message>
   <source>The time must be {minimum_s} s or longer.</source>
   <translation>Waktunya harus {minimum_s} s atau lebih.</translation>
  </message>
  <message>
   <source>The token has characters that no token has.</source>
   <translation>Token berisi karakter yang tidak ada di token mana pun.</translation>
  </message>
  <message>
   <source>The update left no report.</source>
   <translation>Pembaruan tidak meninggalkan laporan.</translation>
  </message>
  <message>
   <source>The update was called off before its turn.</source>
   <translation>Pembaruan dibatalkan sebelum gilirannya.</translation>
  </message>
  <message>
   <source>The update was called off.</source>
   <translation>Pembaruan dibatalkan.</translation>
  </message>
  <message>
   <source>The update was called off. {sentence}</source>
   <translation>Pembaruan dibatalkan. {sentence}</translation>
  </message>
  <message>
   <source>The value contains a NUL character.</source>
   <translation>Nilai berisi karakter NUL.</translation>
  </message>
  <message>
   <source>The value contains a character that is no text (half of a surrogate pair).</source>
   <translation>Nilai berisi karakter yang bukan teks (separuh dari pasangan surrogate).</translation>
  </message>
  <message>
   <source>The value contains a line break or another control character.</source>
   <translation>Nilai berisi ganti baris atau karakter kontrol lain.</translation>
  </message>
  <message>
   <source>The value is longer than {max_characters} characters, which not every system can pass on.</source>
   <translation>Nilai lebih panjang dari {max_characters} karakter, yang tidak dapat diteruskan oleh semua sistem.</translation>
  </message>
  <message>
   <source>The value is neither true nor false.</source>
   <translation>Nilai bukan true maupun false.</translation>
  </message>
  <message>
   <source>The value is no list.</source>
   <translation>Nilai bukan daftar.</translation>
  </message>
  <message>
   <source>The value is no text.</source>
   <translation>Nilai bukan teks.</translation>
  </message>
  <message>
   <source>The value is no whole number.</source>
   <translation>Nilai bukan bilangan bulat.</translation>
  </message>
  <message>
   <source>The value must be {maximum} or less.</source>
   <translation>Nilai harus {maximum} atau kurang.</translation>
  </message>
  <message>
   <source>The value must be {minimum} or more.</source>
   <translation>Nilai harus {minimum} atau lebih.</translation>
  </message>
  <message>
   <source>The version cannot be installed into {folder}: {strerror}.</source>
   <translation>Versi tidak dapat diinstal ke {folder}: {strerror}.</translation>
  </message>
  <message>
   <source>The version {tag} cannot be removed.</source>
   <translation>Versi {tag} tidak dapat dihapus.</translation>
  </message>
  <message>
   <source>The web page could not be updated from the internet. The API works without it.</source>
   <translation>Halaman web tidak dapat diperbarui dari internet. API tetap berfungsi tanpanya.</translation>
  </message>
  <message>
   <source>The zip file {name} is damaged.</source>
   <translation>File zip {name} rusak.</translation>
  </message>
  <message>
   <source>The {word} cannot contain a comma, colon or quotation mark, nor start or end with a space.</source>
   <translation>Isian {word} tidak boleh berisi koma, titik dua, atau tanda kutip, serta tidak boleh diawali atau diakhiri spasi.</translation>
  </message>
  <message>
   <source>The {word} contains a line break or another control character.</source>
   <translation>Isian {word} berisi ganti baris atau karakter kontrol lain.</translation>
  </message>
  <message>
   <source>The {word} has a letter that is put together from two, such as e and an accent. Type it again as one letter.</source>
   <translation>Isian {word} punya huruf yang tersusun dari dua bagian, misalnya e dan aksen. Ketik lagi sebagai satu huruf.</translation>
  </message>
  <message>
   <source>The {word} is longer than {max_sign_in_characters} characters.</source>
   <translation>Isian {word} lebih panjang dari {max_sign_in_characters} karakter.</translation>
  </message>
  <message>
   <source>There are no instances. Create one with: gowa-desktop create NAME</source>
   <translation>Tidak ada instans. Buat satu dengan: gowa-desktop create NAME</translation>
  </message>
  <message>
   <source>There are {most_searches} saved searches already.</source>
   <translation>Sudah ada {most_searches} pencarian tersimpan.</translation>
  </message>
  <message>
   <source>There is a quotation mark at the end, which GOWA would cut off.</source>
   <translation>Ada tanda kutip di akhir, yang akan dipotong GOWA.</translation>
  </message>
  <message>
   <source>There is a space at the beginning or the end.</source>
   <translation>Ada spasi di awal atau akhir.</translation>
  </message>
  <message>
   <source>There is already a file {path}.</source>
   <translation>Sudah ada file {path}.</translation>
  </message>
  <message>
   <source>There is already a template named {cleaned}.</source>
   <translation>Sudah ada templat bernama {cleaned}.</translation>
  </message>
  <message>
   <source>There is already a template named {name}.</source>
   <translation>Sudah ada templat bernama {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {name}.</source>
   <translation>Sudah ada instans bernama {name}.</translation>
  </message>
  <message>
   <source>There is already an instance named {other}.</source>
   <translation>Sudah ada instans bernama {other}.</translation>
  </message>
  <message>
   <source>There is no .env in the instance folder any more.</source>
   <translation>Sudah tidak ada .env di folder instans.</translation>
  </message>
  <message>
   <source>There is no command “{verb}”.</source>
   <translation>Tidak ada perintah “{verb}”.</translation>
  </message>
  <message>
   <source>There is no database in {root}, although there was one.</source>
   <translation>Tidak ada basis data di {root}, padahal sebelumnya ada.</translation>
  </message>
  <message>
   <source>There is no file {source}.</source>
   <translation>Tidak ada file {source}.</translation>
  </message>
  <message>
   <source>There is no folder for the command socket.</source>
   <translation>Tidak ada folder untuk soket perintah.</translation>
  </message>
  <message>
   <source>There is no format “{wanted}”.</source>
   <translation>Tidak ada format “{wanted}”.</translation>
  </message>
  <message>
   <source>There is no instance named “{name_or_key}”.</source>
   <translation>Tidak ada instans bernama “{name_or_key}”.</translation>
  </message>
  <message>
   <source>There is no instance with the id {instance_id}.</source>
   <translation>Tidak ada instans dengan id {instance_id}.</translation>
  </message>
  <message>
   <source>There is no level “{word}”.</source>
   <translation>Tidak ada tingkat “{word}”.</translation>
  </message>
  <message>
   <source>There is no option named “{strip}”.</source>
   <translation>Tidak ada opsi bernama “{strip}”.</translation>
  </message>
  <message>
   <source>There is no option named “{value}”.</source>
   <translation>Tidak ada opsi bernama “{value}”.</translation>
  </message>
  <message>
   <source>There is no registry on this system.</source>
   <translation>Tidak ada registri di sistem ini.</translation>
  </message>
  <message>
   <source>There is no release {tag} of GOWA.</source>
   <translation>Tidak ada rilis GOWA {tag}.</translation>
  </message>
  <message>
   <source>There is no room for a snapshot: it needs {needed} and {free} are free.</source>
   <translation>Tidak ada ruang untuk snapshot: perlu {needed} dan tersedia {free}.</translation>
  </message>
  <message>
   <source>There is no snapshot {name}.</source>
   <translation>Tidak ada snapshot {name}.</translation>
  </message>
  <message>
   <source>There is no template named “{value}”.</source>
   <translation>Tidak ada templat bernama “{value}”.</translation>
  </message>
  <message>
   <source>There is not enough room on the disk of {folder}{figures}.</source>
   <translation>Ruang di disk {folder} tidak cukup{figures}.</translation>
  </message>
  <message>
   <source>There is nothing to remove.</source>
   <translation>Tidak ada yang perlu dihapus.</translation>
  </message>
  <message>
   <source>There is nothing to save: all its settings are at their defaults or hold secrets.</source>
   <translation>Tidak ada yang perlu disimpan: semua pengaturannya bernilai bawaan atau berisi rahasia.</translation>
  </message>
  <message>
   <source>There was no copy, so it begins empty</source>
   <translation>Tidak ada salinan, jadi dimulai kosong</translation>
  </message>
  <message>
   <source>These chats are never shown in Chatwoot: 4915112345678@s.whatsapp.net, or @g.us for all groups.</source>
   <translation>Chat ini tidak pernah ditampilkan di Chatwoot: 4915112345678@s.whatsapp.net, atau @g.us untuk semua grup.</translation>
  </message>
  <message>
   <source>This GOWA needs a newer system library (glibc). Choose another version.</source>
   <translation>GOWA ini memerlukan pustaka sistem (glibc) yang lebih baru. Pilih versi lain.</translation>
  </message>
  <message>
   <source>This GOWA needs the system library glibc {decode} or newer; this computer has {own}.</source>
   <translation>GOWA ini memerlukan pustaka sistem glibc {decode} atau yang lebih baru; komputer ini punya {own}.</translation>
  </message>
  <message>
   <source>This change cannot be taken back any more.</source>
   <translation>Perubahan ini tidak dapat dibatalkan lagi.</translation>
  </message>
  <message>
   <source>This data folder is only looked at.</source>
   <translation>Folder data ini hanya dilihat.</translation>
  </message>
  <message>
   <source>This is no IPv4 address. Write one such as 127.0.0.1.</source>
   <translation>Ini bukan alamat IPv4. Tulis misalnya 127.0.0.1.</translation>
  </message>
  <message>
   <source>This is no address of a proxy.</source>
   <translation>Ini bukan alamat proxy.</translation>
  </message>
  <message>
   <source>This is no web address. It must start with http:// or https:// and have no spaces.</source>
   <translation>Ini bukan alamat web. Alamat harus diawali http:// atau https:// dan tanpa spasi.</translation>
  </message>
  <message>
   <source>This is the data that was reset.</source>
   <translation>Ini data yang diatur ulang.</translation>
  </message>
  <message>
   <source>This limit makes no sense.</source>
   <translation>Batas ini tidak masuk akal.</translation>
  </message>
  <message>
   <source>This snapshot is needed by what is being done right now.</source>
   <translation>Snapshot ini diperlukan oleh yang sedang dikerjakan sekarang.</translation>
  </message>
  <message>
   <source>This template is gone.</source>
   <translation>Templat ini sudah tidak ada.</translation>
  </message>
  <message>
   <source>This update sets chats aside, as said above. Nothing was done.</source>
   <translation>Pembaruan ini menyisihkan chat, seperti disebut di atas. Tidak ada yang dilakukan.</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Versi ini sudah terinstal.</translation>
  </message>
  <message>
   <source>This would delete the snapshot {id} of {name}.</source>
   <translation>Ini akan menghapus snapshot {id} dari {name}.</translation>
  </message>
  <message>
   <source>This would delete {name} and its data for good. Nothing was done.</source>
   <translation>Ini akan menghapus {name} dan datanya secara permanen. Tidak ada yang dilakukan.</translation>
  </message>
  <message>
   <source>Time between dashboard updates</source>
   <translation>Jeda antarpembaruan dasbor</translation>
  </message>
  <message>
   <source>Time between two pulses</source>
   <translation>Jeda antara dua pulsa</translation>
  </message>
  <message>
   <source>Too many commands are running at once.</source>
   <translation>Terlalu banyak perintah berjalan bersamaan.</translation>
  </message>
  <message>
   <source>Trusted reverse proxies</source>
   <translation>Proxy terbalik tepercaya</translation>
  </message>
  <message>
   <source>Try again later, or check the release address in the settings.</source>
   <translation>Coba lagi nanti, atau periksa alamat rilis di pengaturan.</translation>
  </message>
  <message>
   <source>Try again later.</source>
   <translation>Coba lagi nanti.</translation>
  </message>
  <message>
   <source>Try again when it can be changed.</source>
   <translation>Coba lagi saat sudah dapat diubah.</translation>
  </message>
  <message>
   <source>Try again.</source>
   <translation>Coba lagi.</translation>
  </message>
  <message>
   <source>Try again; details are in the program's log.</source>
   <translation>Coba lagi; detailnya ada di log program.</translation>
  </message>
  <message>
   <source>Try again; if it stays, restart GOWA Desktop.</source>
   <translation>Coba lagi; jika tetap begitu, mulai ulang GOWA Desktop.</translation>
  </message>
  <message>
   <source>Trying it out</source>
   <translation>Menguji</translation>
  </message>
  <message>
   <source>Type a name such as shop-1.</source>
   <translation>Ketik nama, misalnya shop-1.</translation>
  </message>
  <message>
   <source>Undecryptable message</source>
   <translation>Pesan tidak dapat didekripsi</translation>
  </message>
  <message>
   <source>Update it again.</source>
   <translation>Perbarui lagi.</translation>
  </message>
  <message>
   <source>Update the dashboard by itself</source>
   <translation>Perbarui dasbor otomatis</translation>
  </message>
  <message>
   <source>Update to {to_tag}</source>
   <translation>Perbarui ke {to_tag}</translation>
  </message>
  <message>
   <source>Use a link such as {link_scheme}://instance/AB12CD34, with the key of an instance of this computer.</source>
   <translation>Pakai tautan seperti {link_scheme}://instance/AB12CD34, dengan kunci instans di komputer ini.</translation>
  </message>
  <message>
   <source>Use a new secret</source>
   <translation>Gunakan rahasia baru</translation>
  </message>
  <message>
   <source>Use a system with glibc, or build GOWA for this one and import it.</source>
   <translation>Gunakan sistem dengan glibc, atau bangun GOWA untuk sistem ini lalu impor.</translation>
  </message>
  <message>
   <source>Use at most {longest_pattern} characters.</source>
   <translation>Gunakan paling banyak {longest_pattern} karakter.</translation>
  </message>
  <message>
   <source>Use letters, digits, spaces and - _ . ( ) + &amp; @ # only.</source>
   <translation>Gunakan hanya huruf, angka, spasi, dan - _ . ( ) + &amp; @ #.</translation>
  </message>
  <message>
   <source>Use one of {levels}.</source>
   <translation>Gunakan salah satu dari {levels}.</translation>
  </message>
  <message>
   <source>Use the command line, quit it first, or choose another folder with --data-dir.</source>
   <translation>Gunakan baris perintah, keluar dulu darinya, atau pilih folder lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Use the gowa-desktop program to ask.</source>
   <translation>Gunakan program gowa-desktop untuk bertanya.</translation>
  </message>
  <message>
   <source>Use the one that runs, quit it first, or choose another folder with --data-dir.</source>
   <translation>Gunakan yang sedang berjalan, keluar dulu darinya, atau pilih folder lain dengan --data-dir.</translation>
  </message>
  <message>
   <source>Use: gowa-desktop update "{name}", which keeps the pairing, or set it to its v7 version.</source>
   <translation>Gunakan: gowa-desktop update "{name}", yang mempertahankan penautan, atau tetapkan ke versi v7-nya.</translation>
  </message>
  <message>
   <source>Wait a moment and try again.</source>
   <translation>Tunggu sebentar dan coba lagi.</translation>
  </message>
  <message>
   <source>Wait until it has ended.</source>
   <translation>Tunggu sampai berakhir.</translation>
  </message>
  <message>
   <source>Wait until that is done.</source>
   <translation>Tunggu sampai itu selesai.</translation>
  </message>
  <message>
   <source>Wait until then, or enter a GitHub token in the settings.</source>
   <translation>Tunggu sampai saat itu, atau masukkan token GitHub di pengaturan.</translation>
  </message>
  <message>
   <source>Wait until then.</source>
   <translation>Tunggu sampai saat itu.</translation>
  </message>
  <message>
   <source>Waiting to go on</source>
   <translation>Menunggu untuk melanjutkan</translation>
  </message>
  <message>
   <source>Watches servers</source>
   <translation>Mengawasi server</translation>
  </message>
  <message>
   <source>Web pages that may call the API</source>
   <translation>Halaman web yang boleh memanggil API</translation>
  </message>
  <message>
   <source>Webhook addresses</source>
   <translation>Alamat webhook</translation>
  </message>
  <message>
   <source>Webhook secret</source>
   <translation>Rahasia webhook</translation>
  </message>
  <message>
   <source>Webhooks</source>
   <translation>Webhook</translation>
  </message>
  <message>
   <source>Webhooks have another form from v8 on; what receives them must understand it.</source>
   <translation>Webhook punya bentuk lain mulai v8; penerimanya harus memahaminya.</translation>
  </message>
  <message>
   <source>Webhooks switched off</source>
   <translation>Webhook yang dimatikan</translation>
  </message>
  <message>
   <source>What is read on one side is marked as read on the other.</source>
   <translation>Yang dibaca di satu sisi ditandai sudah dibaca di sisi lain.</translation>
  </message>
  <message>
   <source>What is to be changed is not said.</source>
   <translation>Tidak disebutkan apa yang harus diubah.</translation>
  </message>
  <message>
   <source>What runs goes on running; changes cannot be saved until then.</source>
   <translation>Yang berjalan tetap berjalan; perubahan tidak dapat disimpan sampai saat itu.</translation>
  </message>
  <message>
   <source>WhatsApp behaviour</source>
   <translation>Perilaku WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp database</source>
   <translation>Basis data WhatsApp</translation>
  </message>
  <message>
   <source>WhatsApp keys move on with every message. Messages that arrived after this snapshot may stay unreadable, contacts may see “waiting for this message” for a while, and a phone that was linked anew since has to be paired again.</source>
   <translation>Kunci WhatsApp berubah dengan setiap pesan. Pesan yang tiba setelah snapshot ini bisa tetap tidak terbaca, kontak bisa melihat “menunggu pesan ini” untuk sementara, dan ponsel yang sejak itu ditautkan ulang harus ditautkan lagi.</translation>
  </message>
  <message>
   <source>WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.</source>
   <translation>WhatsApp menolak klien yang terlalu lama (kesalahan 405); saat itu instans kembali ke versinya yang sekarang.</translation>
  </message>
  <message>
   <source>WhatsApp says that this GOWA is too old. Use a newer version.</source>
   <translation>WhatsApp menyatakan GOWA ini terlalu lama. Gunakan versi yang lebih baru.</translation>
  </message>
  <message>
   <source>WhatsApp session</source>
   <translation>Sesi WhatsApp</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Jika berakhir dengan sendirinya</translation>
  </message>
  <message>
   <source>Where MCP itself is reached from outside. Left empty, it is the OAuth address with the base path and /mcp.</source>
   <translation>Alamat MCP sendiri dijangkau dari luar. Jika kosong, alamatnya adalah alamat OAuth dengan path dasar dan /mcp.</translation>
  </message>
  <message>
   <source>Where the Chatwoot settings of a single device may point. An empty list allows any public host.</source>
   <translation>Tujuan yang boleh dipakai pengaturan Chatwoot dari satu perangkat. Daftar kosong membolehkan host publik mana pun.</translation>
  </message>
  <message>
   <source>Where the WhatsApp session is kept: file:path for SQLite, or postgres://user:password@host/name. Another database means pairing again.</source>
   <translation>Tempat sesi WhatsApp disimpan: file:path untuk SQLite, atau postgres://user:password@host/name. Basis data lain berarti menautkan lagi.</translation>
  </message>
  <message>
   <source>Which WhatsApp device of this instance answers from Chatwoot, when there are several.</source>
   <translation>Perangkat WhatsApp mana dari instans ini yang menjawab dari Chatwoot, jika ada beberapa.</translation>
  </message>
  <message>
   <source>Who may use the API and the dashboard. Without a sign-in everybody who reaches the port may.</source>
   <translation>Siapa yang boleh memakai API dan dasbor. Tanpa info masuk, siapa pun yang menjangkau port ini boleh memakainya.</translation>
  </message>
  <message>
   <source>Whoever checks the signatures of its webhooks needs the new secret.</source>
   <translation>Siapa pun yang memeriksa tanda tangan webhook-nya memerlukan rahasia baru.</translation>
  </message>
  <message>
   <source>Whoever uses it signs in as {sign_in_name}; the password is in the overview, under Connect.</source>
   <translation>Pemakainya masuk sebagai {sign_in_name}; kata sandinya ada di ringkasan, pada Hubungkan.</translation>
  </message>
  <message>
   <source>Windows does not let the registry be changed: {strerror}.</source>
   <translation>Windows tidak mengizinkan registri diubah: {strerror}.</translation>
  </message>
  <message>
   <source>With direct import, media still go through Chatwoot's web interface, so that its files are complete.</source>
   <translation>Dengan impor langsung, media tetap melalui antarmuka web Chatwoot, agar filenya lengkap.</translation>
  </message>
  <message>
   <source>With this GOWA prints its help and ends.</source>
   <translation>Dengan ini GOWA mencetak bantuannya lalu berakhir.</translation>
  </message>
  <message>
   <source>Write %23 for a # in a database address.</source>
   <translation>Tulis %23 untuk # dalam alamat basis data.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in a database address.</source>
   <translation>Tulis %25 untuk tanda persen dalam alamat basis data.</translation>
  </message>
  <message>
   <source>Write %25 for a percent sign in an address.</source>
   <translation>Tulis %25 untuk tanda persen dalam alamat.</translation>
  </message>
  <message>
   <source>Write --format json or --format env.</source>
   <translation>Tulis --format json atau --format env.</translation>
  </message>
  <message>
   <source>Write OPTION=VALUE, such as debug=true.</source>
   <translation>Tulis OPTION=VALUE, misalnya debug=true.</translation>
  </message>
  <message>
   <source>Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups.</source>
   <translation>Tulis JID lengkap, misalnya 4915112345678@s.whatsapp.net atau 120363000000000000@g.us, atau @g.us untuk semua grup.</translation>
  </message>
  <message>
   <source>Write a host name or address only, without scheme, port and path.</source>
   <translation>Tulis hanya nama host atau alamat, tanpa skema, port, dan path.</translation>
  </message>
  <message>
   <source>Write a number above 0.</source>
   <translation>Tulis angka di atas 0.</translation>
  </message>
  <message>
   <source>Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end.</source>
   <translation>Tulis path seperti /gowa: huruf, angka, titik, dan tanda hubung, tanpa garis miring di akhir.</translation>
  </message>
  <message>
   <source>Write a range with its length, such as 10.0.0.0/8.</source>
   <translation>Tulis rentang dengan panjangnya, misalnya 10.0.0.0/8.</translation>
  </message>
  <message>
   <source>Write a shorter one.</source>
   <translation>Tulis yang lebih pendek.</translation>
  </message>
  <message>
   <source>Write a time with its unit, such as 30s, 5m or 48h.</source>
   <translation>Tulis waktu dengan satuannya, misalnya 30s, 5m, atau 48h.</translation>
  </message>
  <message>
   <source>Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1.</source>
   <translation>Tulis alamat IPv6 dalam kurung siku, misalnya [::1], tanpa port; yang lain misalnya 127.0.0.1.</translation>
  </message>
  <message>
   <source>Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this.</source>
   <translation>Tulis alamat seperti 10.0.0.1 atau rentang seperti 10.0.0.0/8. GOWA akan mengabaikan yang ini.</translation>
  </message>
  <message>
   <source>Write an address such as 127.0.0.1, or the name of this computer.</source>
   <translation>Tulis alamat seperti 127.0.0.1, atau nama komputer ini.</translation>
  </message>
  <message>
   <source>Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise.</source>
   <translation>Tulis origin dengan skemanya, misalnya https://panel.example.com, atau * untuk semua halaman. Jika tidak, GOWA akan berhenti.</translation>
  </message>
  <message>
   <source>Write digits only.</source>
   <translation>Tulis hanya angka.</translation>
  </message>
  <message>
   <source>Write file:path, such as file:storages/oauth.db.</source>
   <translation>Tulis file:path, misalnya file:storages/oauth.db.</translation>
  </message>
  <message>
   <source>Write it as owner/name.</source>
   <translation>Tulis sebagai owner/name.</translation>
  </message>
  <message>
   <source>Write it like --keep 3.</source>
   <translation>Tulis seperti --keep 3.</translation>
  </message>
  <message>
   <source>Write it like -n 100.</source>
   <translation>Tulis seperti -n 100.</translation>
  </message>
  <message>
   <source>Write it like http://proxy.example:3128.</source>
   <translation>Tulis seperti http://proxy.example:3128.</translation>
  </message>
  <message>
   <source>Write it like port=8001.</source>
   <translation>Tulis seperti port=8001.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0, or latest.</source>
   <translation>Tulis seperti v9.2.0, atau latest.</translation>
  </message>
  <message>
   <source>Write it like v9.2.0.</source>
   <translation>Tulis seperti v9.2.0.</translation>
  </message>
  <message>
   <source>Write it like {default}.</source>
   <translation>Tulis seperti {default}.</translation>
  </message>
  <message>
   <source>Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #.</source>
   <translation>Tulis postgres://user:password@host:5432/name. Dalam kata sandi, tulis %2F untuk /, %40 untuk @, dan %23 untuk #.</translation>
  </message>
  <message>
   <source>Write the full JID: {text}@s.whatsapp.net.</source>
   <translation>Tulis JID lengkap: {text}@s.whatsapp.net.</translation>
  </message>
  <message>
   <source>Write the name of a file after file:, such as file:storages/whatsapp.db.</source>
   <translation>Tulis nama file setelah file:, misalnya file:storages/whatsapp.db.</translation>
  </message>
  <message>
   <source>Write the name of a file, without a folder.</source>
   <translation>Tulis nama file, tanpa folder.</translation>
  </message>
  <message>
   <source>Write true or false.</source>
   <translation>Tulis true atau false.</translation>
  </message>
  <message>
   <source>Write user:password.</source>
   <translation>Tulis user:password.</translation>
  </message>
  <message>
   <source>Writes a short text where a picture or file of the history cannot be fetched any more.</source>
   <translation>Menulis teks singkat jika gambar atau file dari riwayat tidak dapat diambil lagi.</translation>
  </message>
  <message>
   <source>Writes every request and the WhatsApp protocol to the log. The log then holds message traffic and pairing codes.</source>
   <translation>Menulis setiap permintaan dan protokol WhatsApp ke log. Log lalu berisi lalu lintas pesan dan kode penautan.</translation>
  </message>
  <message>
   <source>Wrote the settings of {name} to {path}.</source>
   <translation>Pengaturan {name} ditulis ke {path}.</translation>
  </message>
  <message>
   <source>Wrote {count} files to {target}. Secrets and phone numbers are hidden; look at it before you pass it on.</source>
   <translation>{count} file ditulis ke {target}. Rahasia dan nomor telepon disembunyikan; lihat dulu sebelum Anda meneruskannya.</translation>
  </message>
  <message>
   <source>[Desktop Entry]</source>
   <translation>[Desktop Entry]</translation>
  </message>
  <message>
   <source>a damaged zip file</source>
   <translation>file zip yang rusak</translation>
  </message>
  <message>
   <source>a part of the system that it needs is missing</source>
   <translation>bagian sistem yang diperlukannya tidak ada</translation>
  </message>
  <message>
   <source>a path separator ({character})</source>
   <translation>pemisah path ({character})</translation>
  </message>
  <message>
   <source>a quotation mark ({character})</source>
   <translation>tanda kutip ({character})</translation>
  </message>
  <message>
   <source>a snapshot is being restored</source>
   <translation>snapshot sedang dipulihkan</translation>
  </message>
  <message>
   <source>a virus scanner took it away</source>
   <translation>pemindai virus mengambilnya</translation>
  </message>
  <message>
   <source>access is denied</source>
   <translation>access is denied</translation>
  </message>
  <message>
   <source>allow it in the virus scanner</source>
   <translation>izinkan di pemindai virus</translation>
  </message>
  <message>
   <source>allow it to run (chmod u+x '{program}')</source>
   <translation>izinkan untuk dijalankan (chmod u+x '{program}')</translation>
  </message>
  <message>
   <source>always restarted</source>
   <translation>selalu dimulai ulang</translation>
  </message>
  <message>
   <source>an emoji or symbol</source>
   <translation>emoji atau simbol</translation>
  </message>
  <message>
   <source>an invisible control character</source>
   <translation>karakter kontrol yang tidak terlihat</translation>
  </message>
  <message>
   <source>an older one</source>
   <translation>yang lebih lama</translation>
  </message>
  <message>
   <source>and {titles} more</source>
   <translation>dan {titles} lainnya</translation>
  </message>
  <message>
   <source>another program</source>
   <translation>program lain</translation>
  </message>
  <message>
   <source>any page you open in your browser can use it</source>
   <translation>halaman apa pun yang Anda buka di browser dapat memakainya</translation>
  </message>
  <message>
   <source>asked to end (SIGTERM) by another program</source>
   <translation>diminta berhenti (SIGTERM) oleh program lain</translation>
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
   <translation>bawaan; bukan WhatsApp</translation>
  </message>
  <message>
   <source>changing the version</source>
   <translation>mengubah versi</translation>
  </message>
  <message>
   <source>checksum of {name}</source>
   <translation>checksum {name}</translation>
  </message>
  <message>
   <source>cut short</source>
   <translation>terpotong</translation>
  </message>
  <message>
   <source>database is locked</source>
   <translation>database is locked</translation>
  </message>
  <message>
   <source>ended by SIGQUIT</source>
   <translation>diakhiri oleh SIGQUIT</translation>
  </message>
  <message>
   <source>ended by a bus error (SIGBUS)</source>
   <translation>diakhiri oleh kesalahan bus (SIGBUS)</translation>
  </message>
  <message>
   <source>ended by a memory fault (SIGSEGV)</source>
   <translation>diakhiri oleh kesalahan memori (SIGSEGV)</translation>
  </message>
  <message>
   <source>ended by an illegal instruction (SIGILL)</source>
   <translation>diakhiri oleh instruksi ilegal (SIGILL)</translation>
  </message>
  <message>
   <source>ended by itself (SIGABRT)</source>
   <translation>diakhiri oleh dirinya sendiri (SIGABRT)</translation>
  </message>
  <message>
   <source>ended by signal {number}</source>
   <translation>diakhiri oleh sinyal {number}</translation>
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
   <translation>file untuk {system} di {cpu}</translation>
  </message>
  <message>
   <source>file is not a database</source>
   <translation>file is not a database</translation>
  </message>
  <message>
   <source>found in the data folder</source>
   <translation>ditemukan di folder data</translation>
  </message>
  <message>
   <source>frozen by a signal</source>
   <translation>dibekukan oleh sinyal</translation>
  </message>
  <message>
   <source>hung up (SIGHUP)</source>
   <translation>diputus (SIGHUP)</translation>
  </message>
  <message>
   <source>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</source>
   <translation>import sys; sys.path.insert(0, {root}); from gowa_desktop.__main__ import main; sys.exit(main())</translation>
  </message>
  <message>
   <source>interrupted (SIGINT)</source>
   <translation>diinterupsi (SIGINT)</translation>
  </message>
  <message>
   <source>it has {to_tag} already.</source>
   <translation>sudah memakai {to_tag}.</translation>
  </message>
  <message>
   <source>it is being deleted</source>
   <translation>sedang dihapus</translation>
  </message>
  <message>
   <source>it is being updated</source>
   <translation>sedang diperbarui</translation>
  </message>
  <message>
   <source>it is too long</source>
   <translation>terlalu panjang</translation>
  </message>
  <message>
   <source>it was made for another kind of computer</source>
   <translation>dibuat untuk jenis komputer lain</translation>
  </message>
  <message>
   <source>its data is being put back</source>
   <translation>datanya sedang dikembalikan</translation>
  </message>
  <message>
   <source>its data is being reset</source>
   <translation>datanya sedang diatur ulang</translation>
  </message>
  <message>
   <source>its databases are being saved before it starts with another version</source>
   <translation>basis datanya sedang disimpan sebelum dimulai dengan versi lain</translation>
  </message>
  <message>
   <source>its disk does not allow programs (noexec)</source>
   <translation>disk-nya tidak mengizinkan program (noexec)</translation>
  </message>
  <message>
   <source>its disk is read-only</source>
   <translation>disk-nya hanya dapat dibaca</translation>
  </message>
  <message>
   <source>its file may not be executed</source>
   <translation>filenya tidak boleh dijalankan</translation>
  </message>
  <message>
   <source>its quotation mark is never closed</source>
   <translation>tanda kutipnya tidak pernah ditutup</translation>
  </message>
  <message>
   <source>key cache</source>
   <translation>cache kunci</translation>
  </message>
  <message>
   <source>killed (signal 9)</source>
   <translation>dipaksa berhenti (sinyal 9)</translation>
  </message>
  <message>
   <source>low</source>
   <translation>rendah</translation>
  </message>
  <message>
   <source>macOS (Gatekeeper) did not let GOWA run, because it is not signed by a known developer.</source>
   <translation>macOS (Gatekeeper) tidak mengizinkan GOWA berjalan, karena tidak ditandatangani pengembang yang dikenal.</translation>
  </message>
  <message>
   <source>macOS keeps it in quarantine</source>
   <translation>macOS mengarantinanya</translation>
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
   <translation>tidak pernah dimulai ulang</translation>
  </message>
  <message>
   <source>no program for any computer</source>
   <translation>bukan program untuk komputer mana pun</translation>
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
   <translation>belum ditetapkan</translation>
  </message>
  <message>
   <source>on every address</source>
   <translation>di semua alamat</translation>
  </message>
  <message>
   <source>only the sign-in keeps them out</source>
   <translation>hanya info masuk yang mencegah mereka</translation>
  </message>
  <message>
   <source>permission denied</source>
   <translation>permission denied</translation>
  </message>
  <message>
   <source>restarted on failure</source>
   <translation>dimulai ulang saat gagal</translation>
  </message>
  <message>
   <source>returning to the old version</source>
   <translation>kembali ke versi lama</translation>
  </message>
  <message>
   <source>run ended</source>
   <translation>eksekusi berakhir</translation>
  </message>
  <message>
   <source>run starts</source>
   <translation>eksekusi dimulai</translation>
  </message>
  <message>
   <source>saving a snapshot</source>
   <translation>menyimpan snapshot</translation>
  </message>
  <message>
   <source>the account …{number}</source>
   <translation>akun …{number}</translation>
  </message>
  <message>
   <source>the kernel refused socket diagnostics</source>
   <translation>kernel menolak diagnostik soket</translation>
  </message>
  <message>
   <source>the server</source>
   <translation>server</translation>
  </message>
  <message>
   <source>the system does not allow it to run</source>
   <translation>sistem tidak mengizinkannya berjalan</translation>
  </message>
  <message>
   <source>unable to open</source>
   <translation>unable to open</translation>
  </message>
  <message>
   <source>unknown version</source>
   <translation>versi tidak dikenal</translation>
  </message>
  <message>
   <source>unwanted software</source>
   <translation>unwanted software</translation>
  </message>
  <message>
   <source>user name</source>
   <translation>nama pengguna</translation>
  </message>
  <message>
   <source>waiting for something to happen</source>
   <translation>menunggu sesuatu terjadi</translation>
  </message>
  <message>
   <source>waiting for the disk</source>
   <translation>menunggu disk</translation>
  </message>
  <message>
   <source>while GOWA Desktop did not run</source>
   <translation>saat GOWA Desktop tidak berjalan</translation>
  </message>
  <message>
   <source>{arrived} of {asset} MB</source>
   <translation>{arrived} dari {asset} MB</translation>
  </message>
  <message>
   <source>{cause_text} It could not be made as it was: {error}</source>
   <translation>{cause_text} Tidak dapat dikembalikan seperti semula: {error}</translation>
  </message>
  <message>
   <source>{cause_text} It is as it was.</source>
   <translation>{cause_text} Keadaannya seperti semula.</translation>
  </message>
  <message>
   <source>{count} bytes are left out: the log grew faster than it may be kept</source>
   <translation>{count} bita dilewati: log tumbuh lebih cepat daripada yang boleh disimpan</translation>
  </message>
  <message>
   <source>{count} instances crashed and were started again</source>
   <translation>{count} instans mogok dan dimulai lagi</translation>
  </message>
  <message>
   <source>{count} instances stay down</source>
   <translation>{count} instans tetap mati</translation>
  </message>
  <message>
   <source>{count} limits are exceeded</source>
   <translation>{count} batas terlampaui</translation>
  </message>
  <message>
   <source>{count} messages about WhatsApp</source>
   <translation>{count} pesan tentang WhatsApp</translation>
  </message>
  <message>
   <source>{count} new versions</source>
   <translation>{count} versi baru</translation>
  </message>
  <message>
   <source>{count} problems around GOWA Desktop</source>
   <translation>{count} masalah di sekitar GOWA Desktop</translation>
  </message>
  <message>
   <source>{count} tasks are finished</source>
   <translation>{count} tugas selesai</translation>
  </message>
  <message>
   <source>{file_count} files of {name} are gone, {freed} MB are free again.</source>
   <translation>{file_count} file milik {name} sudah dihapus, {freed} MB bebas lagi.</translation>
  </message>
  <message>
   <source>{file_count} files of {name} with {size} MB would go. Add --yes to do it.</source>
   <translation>{file_count} file milik {name} sebesar {size} MB akan dihapus. Tambahkan --yes untuk melakukannya.</translation>
  </message>
  <message>
   <source>{file} cannot be changed: {strerror}.</source>
   <translation>{file} tidak dapat diubah: {strerror}.</translation>
  </message>
  <message>
   <source>{first} to {second} is no range.</source>
   <translation>{first} sampai {second} bukan rentang.</translation>
  </message>
  <message>
   <source>{group} {group2} answered with {status} in {group3}{told}</source>
   <translation>{group} {group2} dijawab dengan {status} dalam {group3}{told}</translation>
  </message>
  <message>
   <source>{host} answers no more questions from this connection until {until}.</source>
   <translation>{host} tidak menjawab pertanyaan lagi dari koneksi ini sampai {until}.</translation>
  </message>
  <message>
   <source>{host} cannot be reached.</source>
   <translation>{host} tidak dapat dijangkau.</translation>
  </message>
  <message>
   <source>{host} cannot prove that it is what it says: its certificate is not trusted.</source>
   <translation>{host} tidak dapat membuktikan identitasnya: sertifikatnya tidak tepercaya.</translation>
  </message>
  <message>
   <source>{host} has a fault of its own for now (HTTP {status}).</source>
   <translation>{host} sendiri sedang bermasalah (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} has nothing at this address.</source>
   <translation>{host} tidak punya apa pun di alamat ini.</translation>
  </message>
  <message>
   <source>{host} has stopped answering.</source>
   <translation>{host} berhenti menjawab.</translation>
  </message>
  <message>
   <source>{host} refuses (HTTP {status}).</source>
   <translation>{host} menolak (HTTP {status}).</translation>
  </message>
  <message>
   <source>{host} refuses the token.</source>
   <translation>{host} menolak token.</translation>
  </message>
  <message>
   <source>{host} sent something else than {name}.</source>
   <translation>{host} mengirim sesuatu yang bukan {name}.</translation>
  </message>
  <message>
   <source>{key} was changed</source>
   <translation>{key} diubah</translation>
  </message>
  <message>
   <source>{key} was {old}, is {new}</source>
   <translation>{key} tadinya {old}, kini {new}</translation>
  </message>
  <message>
   <source>{key}: a sign-in needs a user and a password.</source>
   <translation>{key}: info masuk memerlukan pengguna dan kata sandi.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is neither true nor false.</source>
   <translation>{key}: “{text}” bukan true maupun false.</translation>
  </message>
  <message>
   <source>{key}: “{text}” is no whole number.</source>
   <translation>{key}: “{text}” bukan bilangan bulat.</translation>
  </message>
  <message>
   <source>{message} {share} have arrived and are kept.</source>
   <translation>{message} {share} sudah tiba dan disimpan.</translation>
  </message>
  <message>
   <source>{name} cannot be read.</source>
   <translation>{name} tidak dapat dibaca.</translation>
  </message>
  <message>
   <source>{name} cannot do this now: {reason}.</source>
   <translation>{name} tidak dapat melakukannya sekarang: {reason}.</translation>
  </message>
  <message>
   <source>{name} crashed and was started again</source>
   <translation>{name} mogok dan dimulai lagi</translation>
  </message>
  <message>
   <source>{name} does not contain a GOWA program named {wanted}.</source>
   <translation>{name} tidak berisi program GOWA bernama {wanted}.</translation>
  </message>
  <message>
   <source>{name} has an option of its own: set “{label}” instead.</source>
   <translation>{name} punya opsi sendiri: sebagai gantinya, tetapkan “{label}”.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v7, which {tag} would damage.</source>
   <translation>{name} punya chat GOWA v7, yang akan dirusak {tag}.</translation>
  </message>
  <message>
   <source>{name} has chats of GOWA v8 or later, which {tag} cannot write.</source>
   <translation>{name} punya chat GOWA v8 atau lebih baru, yang tidak dapat ditulis {tag}.</translation>
  </message>
  <message>
   <source>{name} has no snapshot {snapshot_id}.</source>
   <translation>{name} tidak punya snapshot {snapshot_id}.</translation>
  </message>
  <message>
   <source>{name} has the data of {id} again.</source>
   <translation>{name} kembali punya data {id}.</translation>
  </message>
  <message>
   <source>{name} held {value} of memory on average for {minutes} min; the limit is {limit}. Look at its chart, or restart it.</source>
   <translation>{name} memakai memori rata-rata {value} selama {minutes} mnt; batasnya {limit}. Lihat grafiknya, atau mulai ulang.</translation>
  </message>
  <message>
   <source>{name} is being cleaned up already.</source>
   <translation>{name} sedang dibersihkan.</translation>
  </message>
  <message>
   <source>{name} is being worked on.</source>
   <translation>{name} sedang dikerjakan.</translation>
  </message>
  <message>
   <source>{name} is deleted for good.</source>
   <translation>{name} dihapus permanen.</translation>
  </message>
  <message>
   <source>{name} is deleted. For 7 days it can be had back with: gowa-desktop trash restore {key}</source>
   <translation>{name} dihapus. Selama 7 hari dapat dikembalikan dengan: gowa-desktop trash restore {key}</translation>
  </message>
  <message>
   <source>{name} is for another kind of computer ({others}); this one needs {wanted}.</source>
   <translation>{name} untuk jenis komputer lain ({others}); komputer ini memerlukan {wanted}.</translation>
  </message>
  <message>
   <source>{name} is not what the release says: its SHA-256 checksum differs.</source>
   <translation>{name} tidak sesuai dengan rilisnya: checksum SHA-256-nya berbeda.</translation>
  </message>
  <message>
   <source>{name} is packed in an unusual way.</source>
   <translation>{name} dikemas dengan cara yang tidak biasa.</translation>
  </message>
  <message>
   <source>{name} is put back, stopped, on port {port}.</source>
   <translation>{name} dikembalikan, dalam keadaan berhenti, di port {port}.</translation>
  </message>
  <message>
   <source>{name} is running on {base_url}.</source>
   <translation>{name} berjalan di {base_url}.</translation>
  </message>
  <message>
   <source>{name} is stopped.</source>
   <translation>{name} dihentikan.</translation>
  </message>
  <message>
   <source>{name} is too large to be GOWA.</source>
   <translation>{name} terlalu besar untuk sebuah GOWA.</translation>
  </message>
  <message>
   <source>{name} stays down</source>
   <translation>{name} tetap mati</translation>
  </message>
  <message>
   <source>{name} used {value} % of a core on average for {minutes} min; the limit is {limit} %. Look at its log, or restart it.</source>
   <translation>{name} memakai rata-rata {value} % dari satu inti selama {minutes} mnt; batasnya {limit} %. Lihat log-nya, atau mulai ulang.</translation>
  </message>
  <message>
   <source>{name}: large folder</source>
   <translation>{name}: folder besar</translation>
  </message>
  <message>
   <source>{name}: much CPU</source>
   <translation>{name}: CPU tinggi</translation>
  </message>
  <message>
   <source>{name}: much memory</source>
   <translation>{name}: memori tinggi</translation>
  </message>
  <message>
   <source>{name}: nothing to change.</source>
   <translation>{name}: tidak ada yang perlu diubah.</translation>
  </message>
  <message>
   <source>{name}: updated to {to_tag}. {sentence}</source>
   <translation>{name}: diperbarui ke {to_tag}. {sentence}</translation>
  </message>
  <message>
   <source>{name}: {label} is skipped. {reason}</source>
   <translation>{name}: {label} dilewati. {reason}</translation>
  </message>
  <message>
   <source>{out} {out2} paired but not logged in, as before the update.</source>
   <translation>{out} {out2}: tertaut tetapi belum masuk, seperti sebelum pembaruan.</translation>
  </message>
  <message>
   <source>{path} is no file.</source>
   <translation>{path} bukan file.</translation>
  </message>
  <message>
   <source>{port} is no port.</source>
   <translation>{port} bukan port.</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again, but it does not start: {error}</source>
   <translation>{reason} Instans kembali punya {from_tag} dan data sebelumnya, tetapi tidak dapat dimulai: {error}</translation>
  </message>
  <message>
   <source>{reason} It has {from_tag} and its data of before again.{pinned}</source>
   <translation>{reason} Instans kembali punya {from_tag} dan data sebelumnya.{pinned}</translation>
  </message>
  <message>
   <source>{reason} The way back failed, too: {error} Its snapshot is {snapshot_id}.</source>
   <translation>{reason} Jalan kembali juga gagal: {error} Snapshot-nya {snapshot_id}.</translation>
  </message>
  <message>
   <source>{returned} returned to the old version</source>
   <translation>{returned} kembali ke versi lama</translation>
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
   <translation>{sentence} Instans berjalan lagi.</translation>
  </message>
  <message>
   <source>{shown} are free on the disk of the data folder {root}.</source>
   <translation>Tersisa {shown} di disk folder data {root}.</translation>
  </message>
  <message>
   <source>{source_name} is for {found} on {found2}; this computer is {system} on {cpu_name}.</source>
   <translation>{source_name} untuk {found} di {found2}; komputer ini {system} di {cpu_name}.</translation>
  </message>
  <message>
   <source>{stale_keys_warning} Nothing was done.</source>
   <translation>{stale_keys_warning} Tidak ada yang dilakukan.</translation>
  </message>
  <message>
   <source>{untouched} not touched</source>
   <translation>{untouched} tidak disentuh</translation>
  </message>
  <message>
   <source>{updated} of {rows} updated to {to_tag}</source>
   <translation>{updated} dari {rows} diperbarui ke {to_tag}</translation>
  </message>
  <message>
   <source>{url} leads away to an address that is not safe.</source>
   <translation>{url} mengarah ke alamat yang tidak aman.</translation>
  </message>
  <message>
   <source>{url} sends from one address to the next without end.</source>
   <translation>{url} mengalihkan dari satu alamat ke alamat lain tanpa akhir.</translation>
  </message>
  <message>
   <source>{url} sent far more than expected.</source>
   <translation>{url} mengirim jauh lebih banyak dari yang diharapkan.</translation>
  </message>
  <message>
   <source>{value} % of the disk are free; the limit is {limit} %. Free some space, or clean up media.</source>
   <translation>Disk masih bebas {value} %; batasnya {limit} %. Kosongkan sebagian ruang, atau bersihkan media.</translation>
  </message>
  <message>
   <source>{value} is out of range.</source>
   <translation>{value} di luar rentang.</translation>
  </message>
  <message>
   <source>{what} without being asked to: most likely WhatsApp gave this session to another client. Make sure the same account does not run elsewhere, then start it again.</source>
   <translation>{what} tanpa diminta: kemungkinan besar WhatsApp memberikan sesi ini ke klien lain. Pastikan akun yang sama tidak berjalan di tempat lain, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines and start it again.</source>
   <translation>{what}. Lihat baris log terakhirnya dan mulai lagi.</translation>
  </message>
  <message>
   <source>{what}. Look at its last lines, then start it again.</source>
   <translation>{what}. Lihat baris log terakhirnya, lalu mulai lagi.</translation>
  </message>
  <message>
   <source>{word} was {get}, is {get2}</source>
   <translation>{word} tadinya {get}, kini {get2}</translation>
  </message>
  <message>
   <source>“available” stops notifications on the phone. “none” says nothing; contacts may then see no name.</source>
   <translation>“available” menghentikan notifikasi di ponsel. “none” tidak menyatakan apa pun; kontak mungkin tidak melihat nama.</translation>
  </message>
  <message>
   <source>“{assignment}” is no setting.</source>
   <translation>“{assignment}” bukan pengaturan.</translation>
  </message>
  <message>
   <source>“{key}” must be a list of texts.</source>
   <translation>“{key}” harus berupa daftar teks.</translation>
  </message>
  <message>
   <source>“{key}” must be a whole number.</source>
   <translation>“{key}” harus berupa bilangan bulat.</translation>
  </message>
  <message>
   <source>“{name}” cannot read its chats</source>
   <translation>“{name}” tidak dapat membaca chat-nya</translation>
  </message>
  <message>
   <source>“{name}” does not use its proxy</source>
   <translation>“{name}” tidak memakai proxy-nya</translation>
  </message>
  <message>
   <source>“{name}” has a sign-in that is written wrongly</source>
   <translation>“{name}” punya info masuk yang salah tulis</translation>
  </message>
  <message>
   <source>“{name}” is too old for WhatsApp</source>
   <translation>“{name}” terlalu lama untuk WhatsApp</translation>
  </message>
  <message>
   <source>“{name}” was logged out of WhatsApp</source>
   <translation>“{name}” dikeluarkan dari WhatsApp</translation>
  </message>
  <message>
   <source>“{pattern}” is no regular expression: {reason}.</source>
   <translation>“{pattern}” bukan ekspresi reguler: {reason}.</translation>
  </message>
  <message>
   <source>“{shown}” is not possible here.</source>
   <translation>“{shown}” tidak mungkin di sini.</translation>
  </message>
  <message>
   <source>“{strip}” is no web address.</source>
   <translation>“{strip}” bukan alamat web.</translation>
  </message>
  <message>
   <source>“{strip}” is not a GOWA version.</source>
   <translation>“{strip}” bukan versi GOWA.</translation>
  </message>
  <message>
   <source>“{text}” cannot be a tag.</source>
   <translation>“{text}” tidak dapat menjadi tag.</translation>
  </message>
  <message>
   <source>“{text}” is not possible here.</source>
   <translation>“{text}” tidak mungkin di sini.</translation>
  </message>
  <message>
   <source>“{value}” is no name of an environment variable. Use letters, digits and underscores.</source>
   <translation>“{value}” bukan nama variabel lingkungan. Gunakan huruf, angka, dan garis bawah.</translation>
  </message>
 </context>
 <context>
  <name>SettingRow</name>
  <message>
   <source>Back to the default: {title}</source>
   <translation>Kembali ke bawaan: {title}</translation>
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>No setting fits these words.</source>
   <translation>Tidak ada pengaturan yang cocok dengan kata ini.</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Search in the settings</source>
   <translation>Cari di pengaturan</translation>
  </message>
  <message>
   <source>Sections</source>
   <translation>Bagian</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Pengaturan</translation>
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
   <translation>&amp;Instans yang dimulai bersamaan</translation>
  </message>
  <message>
   <source>&amp;Language</source>
   <translation>&amp;Bahasa</translation>
  </message>
  <message>
   <source>&amp;Log of each instance</source>
   <translation>&amp;Log setiap instans</translation>
  </message>
  <message>
   <source>&amp;Look for new versions once a day</source>
   <translation>&amp;Cari versi baru sekali sehari</translation>
  </message>
  <message>
   <source>&amp;No proxy</source>
   <translation>&amp;Tanpa proxy</translation>
  </message>
  <message>
   <source>&amp;Ports for new instances</source>
   <translation>&amp;Port untuk instans baru</translation>
  </message>
  <message>
   <source>&amp;Quiet from</source>
   <translation>&amp;Senyap mulai</translation>
  </message>
  <message>
   <source>&amp;Reduce motion</source>
   <translation>&amp;Kurangi gerakan</translation>
  </message>
  <message>
   <source>&amp;Snapshots kept of each instance</source>
   <translation>&amp;Snapshot yang disimpan per instans</translation>
  </message>
  <message>
   <source>&amp;Theme</source>
   <translation>&amp;Tema</translation>
  </message>
  <message>
   <source>&amp;Try a given-up instance again every {minutes} minutes</source>
   <translation>&amp;Coba lagi instans yang gagal terus setiap {minutes} menit</translation>
  </message>
  <message>
   <source>&amp;Urgent ones come all the same</source>
   <translation>Yang &amp;mendesak tetap muncul</translation>
  </message>
  <message>
   <source>A longer time spares the battery. Charts keep their gaps small.</source>
   <translation>Jeda lebih lama menghemat baterai. Celah di grafik tetap kecil.</translation>
  </message>
  <message>
   <source>A new instance gets the first free one. From {first} to {last}.</source>
   <translation>Instans baru mendapat port bebas pertama. Dari {first} sampai {last}.</translation>
  </message>
  <message>
   <source>A new version is there</source>
   <translation>Ada versi baru</translation>
  </message>
  <message>
   <source>A shorter time shows more.</source>
   <translation>Waktu yang lebih singkat menampilkan lebih rinci.</translation>
  </message>
  <message>
   <source>An instance ended and is started again</source>
   <translation>Instans berakhir dan dimulai lagi</translation>
  </message>
  <message>
   <source>An instance is given up</source>
   <translation>Instans tidak dicoba lagi</translation>
  </message>
  <message>
   <source>An updated instance is &amp;watched for</source>
   <translation>&amp;Instans yang diperbarui diawasi selama</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Tampilan</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Ikuti sistem</translation>
  </message>
  <message>
   <source>Ask each time</source>
   <translation>Selalu tanya</translation>
  </message>
  <message>
   <source>CPU, memory or a folder is above a limit</source>
   <translation>CPU, memori, atau folder melewati batas</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Gelap</translation>
  </message>
  <message>
   <source>Downloads</source>
   <translation>Unduhan</translation>
  </message>
  <message>
   <source>Errors only</source>
   <translation>Hanya kesalahan</translation>
  </message>
  <message>
   <source>Everything, for a search for faults</source>
   <translation>Semuanya, untuk mencari kesalahan</translation>
  </message>
  <message>
   <source>First port</source>
   <translation>Port pertama</translation>
  </message>
  <message>
   <source>GOWA &amp;Desktop's own log</source>
   <translation>Log GOWA &amp;Desktop sendiri</translation>
  </message>
  <message>
   <source>General</source>
   <translation>Umum</translation>
  </message>
  <message>
   <source>GitHub &amp;token</source>
   <translation>&amp;Token GitHub</translation>
  </message>
  <message>
   <source>GitHub, or a mirror that answers like it. Empty means GitHub.</source>
   <translation>GitHub, atau cermin yang menjawab seperti GitHub. Kosong berarti GitHub.</translation>
  </message>
  <message>
   <source>High contrast</source>
   <translation>Kontras tinggi</translation>
  </message>
  <message>
   <source>High contrast is as bright or dark as the system.</source>
   <translation>Kontras tinggi terang atau gelap mengikuti sistem.</translation>
  </message>
  <message>
   <source>Holds at once.</source>
   <translation>Langsung berlaku.</translation>
  </message>
  <message>
   <source>In the tray, or in the task bar where there is no tray.</source>
   <translation>Di baki, atau di bilah tugas jika tidak ada baki.</translation>
  </message>
  <message>
   <source>Instances</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Instances that are left running are found again at the next start.</source>
   <translation>Instans yang dibiarkan berjalan ditemukan lagi saat program dimulai berikutnya.</translation>
  </message>
  <message>
   <source>Instances updated at a &amp;time</source>
   <translation>Instans yang diperbarui &amp;bersamaan</translation>
  </message>
  <message>
   <source>It must be well for so long, or it returns to its old version and snapshot.</source>
   <translation>Harus berjalan baik selama itu; jika tidak, kembali ke versi dan snapshot lamanya.</translation>
  </message>
  <message>
   <source>Keep running in the tray</source>
   <translation>Tetap berjalan di baki</translation>
  </message>
  <message>
   <source>Last port</source>
   <translation>Port terakhir</translation>
  </message>
  <message>
   <source>Leave instances running</source>
   <translation>Biarkan instans berjalan</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Terang</translation>
  </message>
  <message>
   <source>Log files</source>
   <translation>File log</translation>
  </message>
  <message>
   <source>Logs</source>
   <translation>Log</translation>
  </message>
  <message>
   <source>Long work is finished</source>
   <translation>Tugas panjang selesai</translation>
  </message>
  <message>
   <source>Menus open at once and the cursor does not blink. Off, as the system has it.</source>
   <translation>Menu langsung terbuka dan kursor tidak berkedip. Jika mati, mengikuti sistem.</translation>
  </message>
  <message>
   <source>Monitoring</source>
   <translation>Pemantauan</translation>
  </message>
  <message>
   <source>Nothing pops up then; it is in the list in the window.</source>
   <translation>Saat itu tidak ada yang muncul; catatannya ada di daftar di jendela.</translation>
  </message>
  <message>
   <source>Notifications</source>
   <translation>Notifikasi</translation>
  </message>
  <message>
   <source>One goes first alone. Only when it is well, the others follow in groups of this size.</source>
   <translation>Satu berjalan dulu sendirian. Baru setelah itu baik, yang lain menyusul dalam kelompok sebesar ini.</translation>
  </message>
  <message>
   <source>One is made before every change of version. The oldest go first.</source>
   <translation>Satu dibuat sebelum setiap pergantian versi. Yang terlama dihapus dulu.</translation>
  </message>
  <message>
   <source>One that failed {count} times in {minutes} minutes is given up. Off, it stays down until you start it.</source>
   <translation>Instans yang gagal {count} kali dalam {minutes} menit tidak dicoba lagi. Jika mati, instans itu tetap berhenti sampai Anda memulainya.</translation>
  </message>
  <message>
   <source>Optional. It raises GitHub's limit from 60 to 5000 requests an hour. It needs no permissions.</source>
   <translation>Opsional. Menaikkan batas GitHub dari 60 menjadi 5000 permintaan per jam. Tidak memerlukan izin.</translation>
  </message>
  <message>
   <source>Proxy</source>
   <translation>Proxy</translation>
  </message>
  <message>
   <source>Proxy address</source>
   <translation>Alamat proxy</translation>
  </message>
  <message>
   <source>Quiet from</source>
   <translation>Senyap mulai</translation>
  </message>
  <message>
   <source>Quiet hours</source>
   <translation>Jam senyap</translation>
  </message>
  <message>
   <source>Quiet until</source>
   <translation>Senyap sampai</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Keluar</translation>
  </message>
  <message>
   <source>Release &amp;server</source>
   <translation>Server &amp;rilis</translation>
  </message>
  <message>
   <source>Show the token</source>
   <translation>Tampilkan token</translation>
  </message>
  <message>
   <source>Size of a log file</source>
   <translation>Ukuran file log</translation>
  </message>
  <message>
   <source>Start &amp;minimised</source>
   <translation>Mulai di&amp;minimalkan</translation>
  </message>
  <message>
   <source>Stop all instances</source>
   <translation>Hentikan semua instans</translation>
  </message>
  <message>
   <source>Such as an instance that is given up.</source>
   <translation>Misalnya instans yang tidak dicoba lagi.</translation>
  </message>
  <message>
   <source>Tell me when</source>
   <translation>Beri tahu saya jika</translation>
  </message>
  <message>
   <source>The disk is nearly full</source>
   <translation>Disk hampir penuh</translation>
  </message>
  <message>
   <source>The oldest file goes when there is one too many.</source>
   <translation>File terlama dihapus jika jumlahnya kelebihan satu.</translation>
  </message>
  <message>
   <source>The window opens anew in it.</source>
   <translation>Jendela dibuka kembali dalam bahasa itu.</translation>
  </message>
  <message>
   <source>This &amp;proxy:</source>
   <translation>&amp;Proxy ini:</translation>
  </message>
  <message>
   <source>Use the s&amp;ystem's proxy</source>
   <translation>Gunakan proxy &amp;sistem</translation>
  </message>
  <message>
   <source>Versions and updates</source>
   <translation>Versi dan pembaruan</translation>
  </message>
  <message>
   <source>Warnings and errors</source>
   <translation>Peringatan dan kesalahan</translation>
  </message>
  <message>
   <source>What happens</source>
   <translation>Yang akan terjadi</translation>
  </message>
  <message>
   <source>What is off is neither shown nor listed.</source>
   <translation>Yang mati tidak ditampilkan maupun dicantumkan.</translation>
  </message>
  <message>
   <source>WhatsApp needs you, as after a logout</source>
   <translation>WhatsApp memerlukan tindakan Anda, misalnya setelah keluar</translation>
  </message>
  <message>
   <source>When the program &amp;quits</source>
   <translation>Saat program &amp;keluar</translation>
  </message>
  <message>
   <source>When the program starts. More is faster, and asks more of the computer at once.</source>
   <translation>Saat program dimulai. Lebih banyak lebih cepat, tetapi lebih membebani komputer sekaligus.</translation>
  </message>
  <message>
   <source>When the window is &amp;closed</source>
   <translation>Saat jendela di&amp;tutup</translation>
  </message>
  <message>
   <source>While it is in the &amp;tray, every</source>
   <translation>Selama di &amp;baki, setiap</translation>
  </message>
  <message>
   <source>While the &amp;window is shown, read CPU and memory every</source>
   <translation>Selama &amp;jendela tampil, baca CPU dan memori setiap</translation>
  </message>
  <message>
   <source>Without a tray, the window stays in the task bar.</source>
   <translation>Tanpa baki, jendela tetap ada di bilah tugas.</translation>
  </message>
  <message>
   <source>You are told in the status line. Nothing is installed or updated without you.</source>
   <translation>Anda diberi tahu di baris status. Tidak ada yang diinstal atau diperbarui tanpa Anda.</translation>
  </message>
  <message>
   <source>in each of so many files:</source>
   <translation>dalam masing-masing file sebanyak:</translation>
  </message>
  <message>
   <source>to</source>
   <translation>sampai</translation>
  </message>
 </context>
 <context>
  <name>ShortcutKeeper</name>
  <message>
   <source>Take it together with Ctrl or Alt.</source>
   <translation>Padukan dengan Ctrl atau Alt.</translation>
  </message>
  <message>
   <source>{keys} is needed for typing.</source>
   <translation>{keys} diperlukan untuk mengetik.</translation>
  </message>
  <message>
   <source>{keys} leads through the window.</source>
   <translation>{keys} dipakai untuk menjelajahi jendela.</translation>
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
   <translation>Tombol &amp;baru</translation>
  </message>
  <message>
   <source>Action</source>
   <translation>Tindakan</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>Tindakan dan tombolnya</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Default keys</source>
   <translation>Tombol bawaan</translation>
  </message>
  <message>
   <source>Default keys for all</source>
   <translation>Tombol bawaan untuk semua</translation>
  </message>
  <message>
   <source>Default: {keys}</source>
   <translation>Bawaan: {keys}</translation>
  </message>
  <message>
   <source>In the list of instances: Enter opens, Space starts or stops, Esc clears the search. Tab goes on, Shift+Tab back.</source>
   <translation>Di daftar instans: Enter membuka, Spasi memulai atau menghentikan, Esc mengosongkan pencarian. Tab maju, Shift+Tab mundur.</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Pintasan keyboard</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Tombol</translation>
  </message>
  <message>
   <source>New keys</source>
   <translation>Tombol baru</translation>
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation>Cari tindakan dan tombol</translation>
  </message>
  <message>
   <source>Use these keys</source>
   <translation>Gunakan tombol ini</translation>
  </message>
  <message>
   <source>none</source>
   <translation>tidak ada</translation>
  </message>
  <message>
   <source>{names} has these keys now and would be left without.</source>
   <translation>{names} kini memakai tombol ini dan akan kehilangannya.</translation>
  </message>
  <message>
   <source>{name} would have no keys.</source>
   <translation>{name} tidak akan punya tombol.</translation>
  </message>
 </context>
 <context>
  <name>SnapshotModel</name>
  <message>
   <source>Made</source>
   <translation>Dibuat</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Ukuran</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Alasan</translation>
  </message>
  <message>
   <source>{reason} (in the trash)</source>
   <translation>{reason} (di tempat sampah)</translation>
  </message>
 </context>
 <context>
  <name>SnapshotTableView</name>
  <message>
   <source>Snapshots</source>
   <translation>Snapshot</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>kemarin 00:00</translation>
  </message>
 </context>
 <context>
  <name>SnapshotsDialog</name>
  <message>
   <source>&amp;Delete…</source>
   <translation>&amp;Hapus…</translation>
  </message>
  <message>
   <source>&amp;Make one now</source>
   <translation>&amp;Buat sekarang</translation>
  </message>
  <message>
   <source>&amp;Restore…</source>
   <translation>&amp;Pulihkan…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Copies of its databases: pairing, keys, chats and messages. Media files are not in them.</source>
   <translation>Salinan basis datanya: penautan, kunci, chat, dan pesan. File media tidak termasuk.</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Hapus</translation>
  </message>
  <message>
   <source>Delete the snapshot of {date}?</source>
   <translation>Hapus snapshot {date}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Menghapus</translation>
  </message>
  <message>
   <source>Its {size} are freed. It cannot be brought back.</source>
   <translation>Ruang {size} dikosongkan. Ini tidak dapat dikembalikan.</translation>
  </message>
  <message>
   <source>Made by hand</source>
   <translation>Dibuat manual</translation>
  </message>
  <message>
   <source>Making a snapshot</source>
   <translation>Membuat snapshot</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Pulihkan</translation>
  </message>
  <message>
   <source>Restore {name} as it was on {date}?</source>
   <translation>Pulihkan {name} seperti pada {date}?</translation>
  </message>
  <message>
   <source>Restoring</source>
   <translation>Memulihkan</translation>
  </message>
  <message>
   <source>Snapshots of {name}</source>
   <translation>Snapshot {name}</translation>
  </message>
  <message>
   <source>The newest {count} are kept. Change that in Settings.</source>
   <translation>{count} terbaru disimpan. Ubah di Pengaturan.</translation>
  </message>
  <message>
   <source>The snapshot could not be deleted</source>
   <translation>Snapshot tidak dapat dihapus</translation>
  </message>
  <message>
   <source>The snapshot could not be made</source>
   <translation>Snapshot tidak dapat dibuat</translation>
  </message>
  <message>
   <source>The snapshot could not be restored</source>
   <translation>Snapshot tidak dapat dipulihkan</translation>
  </message>
  <message>
   <source>The snapshot is deleted.</source>
   <translation>Snapshot dihapus.</translation>
  </message>
  <message>
   <source>The snapshot is made.</source>
   <translation>Snapshot dibuat.</translation>
  </message>
  <message>
   <source>The snapshot is restored.</source>
   <translation>Snapshot dipulihkan.</translation>
  </message>
  <message>
   <source>There is no snapshot yet. One is made before every change of version, or when you ask for it.</source>
   <translation>Belum ada snapshot. Snapshot dibuat sebelum setiap pergantian versi, atau saat Anda memintanya.</translation>
  </message>
  <message>
   <source>{name} gets the pairing, chats and messages of that moment. If it runs, it is stopped and started again. What is there now is saved first, as a snapshot of its own.</source>
   <translation>{name} mendapat penautan, chat, dan pesan dari saat itu. Jika sedang berjalan, instans dihentikan dan dimulai lagi. Yang ada sekarang disimpan dulu sebagai snapshot tersendiri.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} seluruhnya.</translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Do not mention this version again</source>
   <translation>Jangan sebut versi ini lagi</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versi GOWA</translation>
  </message>
  <message>
   <source>GOWA {version}</source>
   <translation>GOWA {version}</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Kemajuan</translation>
  </message>
  <message>
   <source>What is new</source>
   <translation>Yang baru</translation>
  </message>
  <message>
   <source>What is under way</source>
   <translation>Yang sedang berlangsung</translation>
  </message>
 </context>
 <context>
  <name>StopProgress</name>
  <message>
   <source>Don't quit</source>
   <translation>Jangan keluar</translation>
  </message>
  <message>
   <source>Each may take up to 20 seconds to finish what it is doing. The program ends when all have stopped.</source>
   <translation>Masing-masing perlu hingga 20 detik untuk menyelesaikan tugasnya. Program berakhir setelah semuanya berhenti.</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Kemajuan</translation>
  </message>
  <message>
   <source>Quit anyway</source>
   <translation>Tetap keluar</translation>
  </message>
  <message>
   <source>Stopping your instances</source>
   <translation>Menghentikan instans Anda</translation>
  </message>
  <message>
   <source>{done} of {count} stopped</source>
   <translation>{done} dari {count} berhenti</translation>
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
   <translation>Se&amp;lalu mulai ulang</translation>
  </message>
  <message>
   <source>&amp;Limit its memory to</source>
   <translation>&amp;Batasi memorinya hingga</translation>
  </message>
  <message>
   <source>&amp;Never restart</source>
   <translation>&amp;Jangan mulai ulang</translation>
  </message>
  <message>
   <source>After a crash or a hang. Not when it ended without a fault, as when WhatsApp gave its session to another client.</source>
   <translation>Setelah mogok atau macet. Tidak jika berakhir tanpa kesalahan, misalnya saat WhatsApp memberikan sesinya ke klien lain.</translation>
  </message>
  <message>
   <source>Gives way to other programs.</source>
   <translation>Mendahulukan program lain.</translation>
  </message>
  <message>
   <source>It stays down until you start it.</source>
   <translation>Tetap mati sampai Anda memulainya.</translation>
  </message>
  <message>
   <source>It takes {memory} now.</source>
   <translation>Sekarang memakai {memory}.</translation>
  </message>
  <message>
   <source>Like any other program.</source>
   <translation>Seperti program lainnya.</translation>
  </message>
  <message>
   <source>Lo&amp;w</source>
   <translation>&amp;Rendah</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Memory limit in megabytes</source>
   <translation>Batas memori dalam megabita</translation>
  </message>
  <message>
   <source>N&amp;ormal</source>
   <translation>N&amp;ormal</translation>
  </message>
  <message>
   <source>Over it for 10 seconds, it is restarted gracefully, at most once an hour.</source>
   <translation>Jika terlampaui selama 10 detik, instans dimulai ulang dengan tertib, paling banyak sekali per jam.</translation>
  </message>
  <message>
   <source>Priority</source>
   <translation>Prioritas</translation>
  </message>
  <message>
   <source>Restart on &amp;failure (default)</source>
   <translation>Mulai ulang jika &amp;gagal (bawaan)</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Supervision of {count} instances</source>
   <translation>Pengawasan {count} instans</translation>
  </message>
  <message>
   <source>Supervision of {name}</source>
   <translation>Pengawasan {name}</translation>
  </message>
  <message>
   <source>They differ now; left so, each keeps its own.</source>
   <translation>Sekarang berbeda-beda; jika dibiarkan, masing-masing tetap dengan nilainya.</translation>
  </message>
  <message>
   <source>Whatever the reason. If another client took its session, the two will throw each other out.</source>
   <translation>Apa pun alasannya. Jika klien lain mengambil sesinya, keduanya akan saling mengeluarkan.</translation>
  </message>
  <message>
   <source>When it ends by itself</source>
   <translation>Jika berakhir dengan sendirinya</translation>
  </message>
 </context>
 <context>
  <name>TagChip</name>
  <message>
   <source>Show all with the tag {tag}</source>
   <translation>Tampilkan semua dengan tag {tag}</translation>
  </message>
 </context>
 <context>
  <name>TagsDialog</name>
  <message>
   <source>&amp;Add</source>
   <translation>T&amp;ambah</translation>
  </message>
  <message>
   <source>New tag</source>
   <translation>Tag baru</translation>
  </message>
  <message>
   <source>New tag, several with commas</source>
   <translation>Tag baru, pisahkan dengan koma</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Tags</source>
   <translation>Tag</translation>
  </message>
  <message>
   <source>Tags of {count} instances</source>
   <translation>Tag {count} instans</translation>
  </message>
  <message>
   <source>Tags of {name}</source>
   <translation>Tag {name}</translation>
  </message>
  <message>
   <source>There are no tags yet. Write one above.</source>
   <translation>Belum ada tag. Tulis satu di atas.</translation>
  </message>
 </context>
 <context>
  <name>TemplatesDialog</name>
  <message>
   <source>A template is a set of settings with a name. Applied, it sets these and leaves everything else alone.</source>
   <translation>Templat adalah sekumpulan pengaturan yang bernama. Saat diterapkan, hanya pengaturan itu yang diatur dan yang lain dibiarkan.</translation>
  </message>
  <message>
   <source>Apply to {count} instances…</source>
   <translation>Terapkan ke {count} instans…</translation>
  </message>
  <message>
   <source>Apply to {name}…</source>
   <translation>Terapkan ke {name}…</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Hapus</translation>
  </message>
  <message>
   <source>Rename</source>
   <translation>Ganti nama</translation>
  </message>
  <message>
   <source>Save from an instance…</source>
   <translation>Simpan dari instans…</translation>
  </message>
  <message>
   <source>Save from {name}…</source>
   <translation>Simpan dari {name}…</translation>
  </message>
  <message>
   <source>Templates</source>
   <translation>Templat</translation>
  </message>
  <message>
   <source>There are no templates yet.</source>
   <translation>Belum ada templat.</translation>
  </message>
  <message>
   <source>What the template sets</source>
   <translation>Yang diatur templat</translation>
  </message>
 </context>
 <context>
  <name>TextDialogs</name>
  <message>
   <source>Diagnostics file</source>
   <translation>File diagnostik</translation>
  </message>
  <message>
   <source>Something went wrong inside GOWA Desktop</source>
   <translation>Terjadi kesalahan di dalam GOWA Desktop</translation>
  </message>
  <message>
   <source>This is what the file will hold. Secrets, phone numbers and your user name are hidden; read it before you pass it on.</source>
   <translation>Inilah isi filenya nanti. Rahasia, nomor telepon, dan nama pengguna Anda disembunyikan; baca dulu sebelum Anda meneruskannya.</translation>
  </message>
  <message>
   <source>Your instances go on running. Copy the details when you report it; secrets are hidden in them.</source>
   <translation>Instans Anda tetap berjalan. Salin detailnya saat melaporkan; rahasia di dalamnya disembunyikan.</translation>
  </message>
 </context>
 <context>
  <name>TrashDialog</name>
  <message>
   <source>&amp;Delete for good…</source>
   <translation>&amp;Hapus permanen…</translation>
  </message>
  <message>
   <source>&amp;Empty the trash…</source>
   <translation>&amp;Kosongkan tempat sampah…</translation>
  </message>
  <message>
   <source>&amp;Restore</source>
   <translation>&amp;Pulihkan</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Delete for good</source>
   <translation>Hapus permanen</translation>
  </message>
  <message>
   <source>Delete {who} for good?</source>
   <translation>Hapus {who} secara permanen?</translation>
  </message>
  <message>
   <source>The trash is empty.</source>
   <translation>Tempat sampah kosong.</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Tempat sampah</translation>
  </message>
  <message>
   <source>What was deleted or reset stays here for 7 days: settings, WhatsApp session, messages and media.</source>
   <translation>Yang dihapus atau diatur ulang tetap di sini selama 7 hari: pengaturan, sesi WhatsApp, pesan, dan media.</translation>
  </message>
  <message>
   <source>WhatsApp session, messages, media and settings are deleted now. They cannot be brought back.</source>
   <translation>Sesi WhatsApp, pesan, media, dan pengaturan dihapus sekarang. Semuanya tidak dapat dikembalikan.</translation>
  </message>
  <message>
   <source>{count} entries</source>
   <translation>{count} entri</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} sudah kembali.</translation>
  </message>
  <message>
   <source>{size} together.</source>
   <translation>{size} seluruhnya.</translation>
  </message>
 </context>
 <context>
  <name>TrashModel</name>
  <message>
   <source>Data, reset</source>
   <translation>Data, atur ulang</translation>
  </message>
  <message>
   <source>Deleted</source>
   <translation>Dihapus</translation>
  </message>
  <message>
   <source>Instance</source>
   <translation>Instans</translation>
  </message>
  <message>
   <source>Kept until</source>
   <translation>Disimpan sampai</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Nama</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Ukuran</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Apa</translation>
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
   <translation>Data, atur ulang</translation>
  </message>
  <message>
   <source>Trash</source>
   <translation>Tempat sampah</translation>
  </message>
  <message>
   <source>yesterday 00:00</source>
   <translation>kemarin 00:00</translation>
  </message>
 </context>
 <context>
  <name>TrayDesk</name>
  <message>
   <source>This desktop shows no tray. When you close this window it stays in the task bar.</source>
   <translation>Desktop ini tidak menampilkan baki. Saat Anda menutup jendela ini, jendela tetap ada di bilah tugas.</translation>
  </message>
 </context>
 <context>
  <name>TrayMenu</name>
  <message>
   <source>Open window</source>
   <translation>Buka jendela</translation>
  </message>
  <message>
   <source>Quit…</source>
   <translation>Keluar…</translation>
  </message>
  <message>
   <source>Start all</source>
   <translation>Mulai semua</translation>
  </message>
  <message>
   <source>Stop all…</source>
   <translation>Hentikan semua…</translation>
  </message>
 </context>
 <context>
  <name>UniqueMemory</name>
  <message>
   <source>Measure unique memory</source>
   <translation>Ukur memori unik</translation>
  </message>
  <message>
   <source>Measuring…</source>
   <translation>Mengukur…</translation>
  </message>
  <message>
   <source>The memory that would be free if this instance ended: what its processes share with other programs is left out. Measuring looks at every page of its memory, so it is done only when you ask.</source>
   <translation>Memori yang akan bebas bila instans ini berakhir: yang dipakai bersama program lain tidak dihitung. Pengukuran memeriksa setiap halaman memorinya, jadi hanya dilakukan bila Anda minta.</translation>
  </message>
  <message>
   <source>The system does not tell it.</source>
   <translation>Sistem tidak memberitahukannya.</translation>
  </message>
  <message>
   <source>Unique memory</source>
   <translation>Memori unik</translation>
  </message>
  <message>
   <source>Unique memory: {text}</source>
   <translation>Memori unik: {text}</translation>
  </message>
 </context>
 <context>
  <name>UnsavedDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Buang</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Simpan</translation>
  </message>
  <message>
   <source>Save the changed settings?</source>
   <translation>Simpan pengaturan yang diubah?</translation>
  </message>
  <message>
   <source>The settings of {names} were edited but not saved. Without saving, the edits are lost.</source>
   <translation>Pengaturan {names} telah diubah tetapi belum disimpan. Tanpa menyimpan, perubahannya hilang.</translation>
  </message>
 </context>
 <context>
  <name>UpdateDesk</name>
  <message>
   <source>Updating</source>
   <translation>Memperbarui</translation>
  </message>
  <message>
   <source>Updating {count} instances</source>
   <translation>Memperbarui {count} instans</translation>
  </message>
  <message>
   <source>Updating {name}</source>
   <translation>Memperbarui {name}</translation>
  </message>
 </context>
 <context>
  <name>UpdateDialog</name>
  <message>
   <source>&amp;Back</source>
   <translation>&amp;Kembali</translation>
  </message>
  <message>
   <source>&amp;Earlier updates</source>
   <translation>P&amp;embaruan sebelumnya</translation>
  </message>
  <message>
   <source>&amp;Next</source>
   <translation>&amp;Lanjut</translation>
  </message>
  <message>
   <source>&amp;Update {who}</source>
   <translation>&amp;Perbarui {who}</translation>
  </message>
  <message>
   <source>A snapshot of the databases is made first. If an instance is not well afterwards, it returns to its old version and snapshot.</source>
   <translation>Snapshot basis data dibuat dulu. Jika setelah itu instans tidak berjalan baik, instans kembali ke versi dan snapshot lamanya.</translation>
  </message>
  <message>
   <source>Afterwards</source>
   <translation>Setelahnya</translation>
  </message>
  <message>
   <source>Beginning</source>
   <translation>Memulai</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Choose the instances to update.</source>
   <translation>Pilih instans yang akan diperbarui.</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Downloading GOWA {version}</source>
   <translation>Mengunduh GOWA {version}</translation>
  </message>
  <message>
   <source>Step {number} of 3</source>
   <translation>Langkah {number} dari 3</translation>
  </message>
  <message>
   <source>Update GOWA</source>
   <translation>Perbarui GOWA</translation>
  </message>
  <message>
   <source>Update instances</source>
   <translation>Perbarui instans</translation>
  </message>
  <message>
   <source>Updates</source>
   <translation>Pembaruan</translation>
  </message>
  <message>
   <source>Updating to GOWA {version}</source>
   <translation>Memperbarui ke GOWA {version}</translation>
  </message>
  <message>
   <source>What is kept and what is lost</source>
   <translation>Yang dipertahankan dan yang hilang</translation>
  </message>
  <message>
   <source>You can close this window; the update goes on and the status line shows it. Cancel ends it between two steps: what has been updated stays so.</source>
   <translation>Anda dapat menutup jendela ini; pembaruan berlanjut dan baris status menampilkannya. Batal mengakhirinya di antara dua langkah: yang sudah diperbarui tetap begitu.</translation>
  </message>
  <message>
   <source>{name} goes first; the others follow only when it is well.</source>
   <translation>{name} lebih dulu; yang lain menyusul hanya jika berjalan baik.</translation>
  </message>
  <message>
   <source>{version}, installed</source>
   <translation>{version}, terinstal</translation>
  </message>
  <message>
   <source>{version}, is downloaded first</source>
   <translation>{version}, diunduh dulu</translation>
  </message>
 </context>
 <context>
  <name>UpdateRunner</name>
  <message>
   <source>GOWA {version} could not be installed.</source>
   <translation>GOWA {version} tidak dapat diinstal.</translation>
  </message>
  <message>
   <source>Show the report</source>
   <translation>Tampilkan laporan</translation>
  </message>
  <message>
   <source>The update to GOWA {version} could not begin</source>
   <translation>Pembaruan ke GOWA {version} tidak dapat dimulai</translation>
  </message>
 </context>
 <context>
  <name>UsageView</name>
  <message>
   <source>Charts of CPU, memory and disk</source>
   <translation>Grafik CPU, memori, dan disk</translation>
  </message>
 </context>
 <context>
  <name>VersionDesk</name>
  <message>
   <source>Installing GOWA {version}</source>
   <translation>Menginstal GOWA {version}</translation>
  </message>
  <message>
   <source>Installing {count} versions</source>
   <translation>Menginstal {count} versi</translation>
  </message>
 </context>
 <context>
  <name>VersionDetails</name>
  <message>
   <source>&amp;Install</source>
   <translation>&amp;Instal</translation>
  </message>
  <message>
   <source>&amp;Use for instances…</source>
   <translation>&amp;Gunakan untuk instans…</translation>
  </message>
  <message>
   <source>Checked</source>
   <translation>Diperiksa</translation>
  </message>
  <message>
   <source>Checked against the checksums of its release.</source>
   <translation>Diperiksa dengan checksum rilisnya.</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Terinstal</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Menginstal</translation>
  </message>
  <message>
   <source>Re&amp;move…</source>
   <translation>&amp;Hapus…</translation>
  </message>
  <message>
   <source>Release notes</source>
   <translation>Catatan rilis</translation>
  </message>
  <message>
   <source>Release notes come with the list of releases. Refresh it to read them.</source>
   <translation>Catatan rilis ikut dengan daftar rilis. Segarkan untuk membacanya.</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Sumber</translation>
  </message>
  <message>
   <source>There was no checksum to check it against.</source>
   <translation>Tidak ada checksum untuk memeriksanya.</translation>
  </message>
  <message>
   <source>This release has no notes.</source>
   <translation>Rilis ini tidak punya catatan.</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Dipakai oleh</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Menunggu</translation>
  </message>
  <message>
   <source>released {date}</source>
   <translation>dirilis {date}</translation>
  </message>
  <message>
   <source>{count} more</source>
   <translation>{count} lagi</translation>
  </message>
  <message>
   <source>{size} to download</source>
   <translation>{size} akan diunduh</translation>
  </message>
 </context>
 <context>
  <name>VersionImport</name>
  <message>
   <source>All files (*)</source>
   <translation>Semua file (*)</translation>
  </message>
  <message>
   <source>GOWA release (*.zip)</source>
   <translation>Rilis GOWA (*.zip)</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} siap.</translation>
  </message>
  <message>
   <source>Import GOWA version</source>
   <translation>Impor versi GOWA</translation>
  </message>
  <message>
   <source>Importing {file}</source>
   <translation>Mengimpor {file}</translation>
  </message>
  <message>
   <source>This version was installed already.</source>
   <translation>Versi ini sudah terinstal.</translation>
  </message>
  <message>
   <source>{file} could not be imported</source>
   <translation>{file} tidak dapat diimpor</translation>
  </message>
 </context>
 <context>
  <name>VersionModel</name>
  <message>
   <source>Checked</source>
   <translation>Diperiksa</translation>
  </message>
  <message>
   <source>Released</source>
   <translation>Dirilis</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Ukuran</translation>
  </message>
  <message>
   <source>Source</source>
   <translation>Sumber</translation>
  </message>
  <message>
   <source>State</source>
   <translation>Keadaan</translation>
  </message>
  <message>
   <source>Used by</source>
   <translation>Dipakai oleh</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
 </context>
 <context>
  <name>VersionRemoval</name>
  <message>
   <source>GOWA {version} cannot be removed now</source>
   <translation>GOWA {version} tidak dapat dihapus sekarang</translation>
  </message>
  <message>
   <source>It is used by {names}.</source>
   <translation>Dipakai oleh {names}.</translation>
  </message>
  <message>
   <source>Move them to another version first, or delete them.</source>
   <translation>Pindahkan ke versi lain dulu, atau hapus.</translation>
  </message>
  <message>
   <source>Remove GOWA {version}?</source>
   <translation>Hapus GOWA {version}?</translation>
  </message>
  <message>
   <source>Remove {version}</source>
   <translation>Hapus {version}</translation>
  </message>
  <message>
   <source>This frees {size}. It is not in the list of releases, so you need its file to install it again.</source>
   <translation>Ini mengosongkan {size}. Versi ini tidak ada di daftar rilis, jadi Anda perlu filenya untuk menginstalnya lagi.</translation>
  </message>
  <message>
   <source>This frees {size}. You can install it again while its release can be downloaded.</source>
   <translation>Ini mengosongkan {size}. Anda dapat menginstalnya lagi selama rilisnya dapat diunduh.</translation>
  </message>
 </context>
 <context>
  <name>VersionRunner</name>
  <message>
   <source>GOWA {version} could not be installed</source>
   <translation>GOWA {version} tidak dapat diinstal</translation>
  </message>
  <message>
   <source>GOWA {version} could not be removed</source>
   <translation>GOWA {version} tidak dapat dihapus</translation>
  </message>
  <message>
   <source>GOWA {version} is ready.</source>
   <translation>GOWA {version} siap.</translation>
  </message>
  <message>
   <source>GOWA {version} was removed.</source>
   <translation>GOWA {version} dihapus.</translation>
  </message>
  <message>
   <source>Not every old version could be removed</source>
   <translation>Tidak semua versi lama dapat dihapus</translation>
  </message>
  <message>
   <source>Old versions were removed.</source>
   <translation>Versi lama sudah dihapus.</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Coba lagi</translation>
  </message>
 </context>
 <context>
  <name>VersionTableView</name>
  <message>
   <source>Downloaded</source>
   <translation>Diunduh</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versi GOWA</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Bukan untuk komputer ini</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Belum diverifikasi</translation>
  </message>
 </context>
 <context>
  <name>VersionTagDialog</name>
  <message>
   <source>Cancel</source>
   <translation>Batal</translation>
  </message>
  <message>
   <source>Import</source>
   <translation>Impor</translation>
  </message>
  <message>
   <source>The name {file} does not say it. Write the version as on GOWA's release page.</source>
   <translation>Nama {file} tidak menyebutkannya. Tulis versinya seperti di halaman rilis GOWA.</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Versi</translation>
  </message>
  <message>
   <source>Which GOWA version is this?</source>
   <translation>Versi GOWA yang mana ini?</translation>
  </message>
 </context>
 <context>
  <name>VersionsWindow</name>
  <message>
   <source>&amp;Clean up…</source>
   <translation>&amp;Bersihkan…</translation>
  </message>
  <message>
   <source>&amp;Refresh</source>
   <translation>&amp;Segarkan</translation>
  </message>
  <message>
   <source>All {count}</source>
   <translation>Semua {count}</translation>
  </message>
  <message>
   <source>Cancel the installation</source>
   <translation>Batalkan instalasi</translation>
  </message>
  <message>
   <source>GOWA versions</source>
   <translation>Versi GOWA</translation>
  </message>
  <message>
   <source>Import a &amp;file…</source>
   <translation>Impor &amp;file…</translation>
  </message>
  <message>
   <source>Install</source>
   <translation>Instal</translation>
  </message>
  <message>
   <source>Installed {count}</source>
   <translation>Terinstal {count}</translation>
  </message>
  <message>
   <source>Looking for releases…</source>
   <translation>Mencari rilis…</translation>
  </message>
  <message>
   <source>No releases are known yet. Refresh the list, or import a release file (.zip) that you have downloaded.</source>
   <translation>Belum ada rilis yang diketahui. Segarkan daftar, atau impor file rilis (.zip) yang sudah Anda unduh.</translation>
  </message>
  <message>
   <source>No version is installed. Choose one under All and install it.</source>
   <translation>Tidak ada versi yang terinstal. Pilih satu di Semua dan instal.</translation>
  </message>
  <message>
   <source>Nothing is installed</source>
   <translation>Tidak ada yang terinstal</translation>
  </message>
  <message>
   <source>One version takes {size} on the disk</source>
   <translation>Satu versi memakai {size} di disk</translation>
  </message>
  <message>
   <source>Releases looked for {when}</source>
   <translation>Rilis dicari {when}</translation>
  </message>
  <message>
   <source>Releases were never looked for</source>
   <translation>Rilis belum pernah dicari</translation>
  </message>
  <message>
   <source>Remove…</source>
   <translation>Hapus…</translation>
  </message>
  <message>
   <source>Show &amp;pre-releases</source>
   <translation>Tampilkan &amp;prarilis</translation>
  </message>
  <message>
   <source>The list of releases could not be fetched</source>
   <translation>Daftar rilis tidak dapat diambil</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Coba lagi</translation>
  </message>
  <message>
   <source>Use for instances…</source>
   <translation>Gunakan untuk instans…</translation>
  </message>
  <message>
   <source>Which versions are shown</source>
   <translation>Versi yang ditampilkan</translation>
  </message>
  <message>
   <source>{count} versions take {size} on the disk</source>
   <translation>{count} versi memakai {size} di disk</translation>
  </message>
 </context>
 <context>
  <name>ViewActions</name>
  <message>
   <source>Columns</source>
   <translation>Kolom</translation>
  </message>
  <message>
   <source>Group by tag</source>
   <translation>Kelompokkan menurut tag</translation>
  </message>
  <message>
   <source>Group by version</source>
   <translation>Kelompokkan menurut versi</translation>
  </message>
  <message>
   <source>No groups</source>
   <translation>Tanpa kelompok</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Catatan</translation>
  </message>
  <message>
   <source>Only with tag</source>
   <translation>Hanya dengan tag</translation>
  </message>
  <message>
   <source>Show all instances</source>
   <translation>Tampilkan semua instans</translation>
  </message>
  <message>
   <source>Show running instances</source>
   <translation>Tampilkan instans yang berjalan</translation>
  </message>
  <message>
   <source>Show what needs attention</source>
   <translation>Tampilkan yang perlu perhatian</translation>
  </message>
  <message>
   <source>Usual columns</source>
   <translation>Kolom biasa</translation>
  </message>
 </context>
 <context>
  <name>ViewDesk</name>
  <message>
   <source>CPU curve</source>
   <translation>Kurva CPU</translation>
  </message>
  <message>
   <source>No instance has a tag yet</source>
   <translation>Belum ada instans yang punya tag</translation>
  </message>
  <message>
   <source>The notes were not saved</source>
   <translation>Catatan tidak disimpan</translation>
  </message>
 </context>
 <context>
  <name>_MessageRow</name>
  <message>
   <source>Close</source>
   <translation>Tutup</translation>
  </message>
  <message>
   <source>Close message</source>
   <translation>Tutup pesan</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Kemajuan</translation>
  </message>
 </context>
 <context>
  <name>charts</name>
  <message>
   <source>1 h</source>
   <translation>1 j</translation>
  </message>
  <message>
   <source>24 h</source>
   <translation>24 j</translation>
  </message>
  <message>
   <source>30 d</source>
   <translation>30 h</translation>
  </message>
  <message>
   <source>5 min</source>
   <translation>5 m</translation>
  </message>
  <message>
   <source>7 d</source>
   <translation>7 h</translation>
  </message>
  <message>
   <source>90 d</source>
   <translation>90 h</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Choose another folder.</source>
   <translation>Pilih folder lain.</translation>
  </message>
  <message>
   <source>Crashed</source>
   <translation>Mogok</translation>
  </message>
  <message>
   <source>Disk</source>
   <translation>Disk</translation>
  </message>
  <message>
   <source>Memory</source>
   <translation>Memori</translation>
  </message>
  <message>
   <source>Restarted</source>
   <translation>Dimulai ulang</translation>
  </message>
  <message>
   <source>Started</source>
   <translation>Dimulai</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Berhenti</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Diperbarui</translation>
  </message>
  <message>
   <source>of one core</source>
   <translation>dari satu inti</translation>
  </message>
  <message>
   <source>of the machine</source>
   <translation>dari mesin</translation>
  </message>
  <message>
   <source>the last 24 hours</source>
   <translation>24 jam terakhir</translation>
  </message>
  <message>
   <source>the last 30 days</source>
   <translation>30 hari terakhir</translation>
  </message>
  <message>
   <source>the last 5 minutes</source>
   <translation>5 menit terakhir</translation>
  </message>
  <message>
   <source>the last 7 days</source>
   <translation>7 hari terakhir</translation>
  </message>
  <message>
   <source>the last 90 days</source>
   <translation>90 hari terakhir</translation>
  </message>
  <message>
   <source>the last hour</source>
   <translation>satu jam terakhir</translation>
  </message>
  <message>
   <source>{figure} ({low} to {high})</source>
   <translation>{figure} ({low} sampai {high})</translation>
  </message>
  <message>
   <source>{file} cannot be written: {reason}</source>
   <translation>{file} tidak dapat ditulis: {reason}</translation>
  </message>
  <message>
   <source>{metric} at most {most} in {time}.</source>
   <translation>{metric} paling tinggi {most} dalam {time}.</translation>
  </message>
  <message>
   <source>{metric} at most {most}.</source>
   <translation>{metric} paling tinggi {most}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most} in {time}.</source>
   <translation>{metric} {now} sekarang, paling tinggi {most} dalam {time}.</translation>
  </message>
  <message>
   <source>{metric} {now} now, at most {most}.</source>
   <translation>{metric} {now} sekarang, paling tinggi {most}.</translation>
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
   <translation>Diubah sejak terakhir berjalan baik:</translation>
  </message>
  <message>
   <source>Port {port} is used by another program</source>
   <translation>Port {port} dipakai program lain</translation>
  </message>
  <message>
   <source>nothing here</source>
   <translation>tidak ada apa-apa di sini</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>{name} tidak dapat dimulai</translation>
  </message>
  <message>
   <source>{name} ended unexpectedly</source>
   <translation>{name} berakhir tanpa terduga</translation>
  </message>
  <message>
   <source>{name} keeps failing</source>
   <translation>{name} terus gagal</translation>
  </message>
 </context>
 <context>
  <name>durationWords</name>
  <message>
   <source>day</source>
   <translation>hari</translation>
  </message>
  <message>
   <source>days</source>
   <translation>hari</translation>
  </message>
  <message>
   <source>hour</source>
   <translation>jam</translation>
  </message>
  <message>
   <source>hours</source>
   <translation>jam</translation>
  </message>
  <message>
   <source>minute</source>
   <translation>menit</translation>
  </message>
  <message>
   <source>minutes</source>
   <translation>menit</translation>
  </message>
  <message>
   <source>second</source>
   <translation>detik</translation>
  </message>
  <message>
   <source>seconds</source>
   <translation>detik</translation>
  </message>
 </context>
 <context>
  <name>extraOptions</name>
  <message>
   <source>Added to the command as they are, one word in each row. Other users of this computer can see them.</source>
   <translation>Ditambahkan apa adanya ke perintah, satu kata per baris. Pengguna lain di komputer ini dapat melihatnya.</translation>
  </message>
  <message>
   <source>Added to the environment of GOWA as they are.</source>
   <translation>Ditambahkan apa adanya ke lingkungan GOWA.</translation>
  </message>
  <message>
   <source>Extra arguments</source>
   <translation>Argumen tambahan</translation>
  </message>
  <message>
   <source>Extra environment variables</source>
   <translation>Variabel lingkungan tambahan</translation>
  </message>
  <message>
   <source>The port that this instance answers on.</source>
   <translation>Port tempat instans ini menjawab.</translation>
  </message>
 </context>
 <context>
  <name>format</name>
  <message>
   <source>today {time}</source>
   <translation>hari ini {time}</translation>
  </message>
  <message>
   <source>yesterday {time}</source>
   <translation>kemarin {time}</translation>
  </message>
  <message>
   <source>{count} bytes</source>
   <translation>{count} bita</translation>
  </message>
  <message>
   <source>{days} d {hours} h</source>
   <translation>{days} hr {hours} j</translation>
  </message>
  <message>
   <source>{hours} h {minutes:02d} m</source>
   <translation>{hours} j {minutes:02d} m</translation>
  </message>
  <message>
   <source>{minutes} min</source>
   <translation>{minutes} mnt</translation>
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
   <translation>Tanpa tag</translation>
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
   <translation>Disk hampir penuh: tersisa {value}, batasnya {limit}.</translation>
  </message>
  <message>
   <source>WhatsApp sessions</source>
   <translation>Sesi WhatsApp</translation>
  </message>
  <message>
   <source>chats</source>
   <translation>chat</translation>
  </message>
  <message>
   <source>disk {free} free</source>
   <translation>disk bebas {free}</translation>
  </message>
  <message>
   <source>logs</source>
   <translation>log</translation>
  </message>
  <message>
   <source>media</source>
   <translation>media</translation>
  </message>
  <message>
   <source>memory {used} of {total}</source>
   <translation>memori {used} dari {total}</translation>
  </message>
  <message>
   <source>mostly {part}</source>
   <translation>terutama {part}</translation>
  </message>
  <message>
   <source>other files</source>
   <translation>file lain</translation>
  </message>
  <message>
   <source>this computer: {parts}</source>
   <translation>komputer ini: {parts}</translation>
  </message>
  <message>
   <source>{name}: CPU {value} of one core, the limit is {limit}.</source>
   <translation>{name}: CPU {value} dari satu inti, batasnya {limit}.</translation>
  </message>
  <message>
   <source>{name}: folder {value}, the limit is {limit}.</source>
   <translation>{name}: folder {value}, batasnya {limit}.</translation>
  </message>
  <message>
   <source>{name}: memory {value}, the limit is {limit}.</source>
   <translation>{name}: memori {value}, batasnya {limit}.</translation>
  </message>
  <message>
   <source>{size} together</source>
   <translation>{size} seluruhnya</translation>
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
   <translation>GOWA {version} tersedia · Instal</translation>
  </message>
  <message>
   <source>GOWA {version} is available · Update…</source>
   <translation>GOWA {version} tersedia · Perbarui…</translation>
  </message>
  <message>
   <source>One instance uses an older GOWA · Update…</source>
   <translation>Satu instans memakai GOWA lama · Perbarui…</translation>
  </message>
  <message>
   <source>{count} instances use an older GOWA · Update…</source>
   <translation>{count} instans memakai GOWA lama · Perbarui…</translation>
  </message>
 </context>
 <context>
  <name>progress</name>
  <message>
   <source>{done} of {total}</source>
   <translation>{done} dari {total}</translation>
  </message>
  <message>
   <source>{duration} left</source>
   <translation>tersisa {duration}</translation>
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
   <translation>Tidak mungkin sekarang.</translation>
  </message>
  <message>
   <source>Not possible now: {who}.</source>
   <translation>Tidak mungkin sekarang: {who}.</translation>
  </message>
  <message>
   <source>Not running: {who}.</source>
   <translation>Tidak berjalan: {who}.</translation>
  </message>
  <message>
   <source>Running already: {who}.</source>
   <translation>Sudah berjalan: {who}.</translation>
  </message>
  <message>
   <source>Select an instance first.</source>
   <translation>Pilih instans dulu.</translation>
  </message>
  <message>
   <source>Select one instance alone.</source>
   <translation>Pilih satu instans saja.</translation>
  </message>
  <message>
   <source>Simulated, so there is nothing to keep: {who}.</source>
   <translation>Simulasi, jadi tidak ada yang perlu disimpan: {who}.</translation>
  </message>
  <message>
   <source>The data folder is only looked at now.</source>
   <translation>Folder data saat ini hanya dilihat.</translation>
  </message>
  <message>
   <source>Wait until {who} has stopped.</source>
   <translation>Tunggu sampai {who} berhenti.</translation>
  </message>
  <message>
   <source>Wait until {who} is no longer busy.</source>
   <translation>Tunggu sampai {who} tidak sibuk lagi.</translation>
  </message>
  <message>
   <source>Without a process to end: {who}.</source>
   <translation>Tanpa proses untuk diakhiri: {who}.</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instans</translation>
  </message>
 </context>
 <context>
  <name>status</name>
  <message>
   <source>CPU {cpu} of one core</source>
   <translation>CPU {cpu} dari satu inti</translation>
  </message>
  <message>
   <source>Closed in the settings, open until it is restarted.</source>
   <translation>Tertutup di pengaturan, tetapi terbuka sampai dimulai ulang.</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Gagal</translation>
  </message>
  <message>
   <source>Failed, next try in {duration}</source>
   <translation>Gagal, dicoba lagi dalam {duration}</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Belum ada instans</translation>
  </message>
  <message>
   <source>Not yet: from its next start on.</source>
   <translation>Belum: mulai berlaku saat dimulai berikutnya.</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Memulai ulang</translation>
  </message>
  <message>
   <source>Retry in {duration}</source>
   <translation>Coba lagi dalam {duration}</translation>
  </message>
  <message>
   <source>Retrying</source>
   <translation>Mencoba lagi</translation>
  </message>
  <message>
   <source>Running</source>
   <translation>Berjalan</translation>
  </message>
  <message>
   <source>Running for {duration}</source>
   <translation>Berjalan selama {duration}</translation>
  </message>
  <message>
   <source>Running for {duration}, not answering</source>
   <translation>Berjalan selama {duration}, tidak menjawab</translation>
  </message>
  <message>
   <source>Running, not answering</source>
   <translation>Berjalan, tidak menjawab</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Memulai</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Berhenti</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Menghentikan</translation>
  </message>
  <message>
   <source>Stopping, {seconds} s</source>
   <translation>Menghentikan, {seconds} s</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Menunggu</translation>
  </message>
  <message>
   <source>Working</source>
   <translation>Sedang bekerja</translation>
  </message>
  <message>
   <source>memory {memory}</source>
   <translation>memori {memory}</translation>
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
   <translation>{running} dari {count} berjalan</translation>
  </message>
 </context>
 <context>
  <name>tray</name>
  <message>
   <source>1 more in the window…</source>
   <translation>1 lagi di jendela…</translation>
  </message>
  <message>
   <source>1 needs attention</source>
   <translation>1 perlu perhatian</translation>
  </message>
  <message>
   <source>GOWA Desktop: no instances yet.</source>
   <translation>GOWA Desktop: belum ada instans.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}, {more} more need attention.</source>
   <translation>GOWA Desktop: {running} dari {count} berjalan, {name} {state}, {more} lagi perlu perhatian.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running, {name} is {state}.</source>
   <translation>GOWA Desktop: {running} dari {count} berjalan, {name} {state}.</translation>
  </message>
  <message>
   <source>GOWA Desktop: {running} of {count} running.</source>
   <translation>GOWA Desktop: {running} dari {count} berjalan.</translation>
  </message>
  <message>
   <source>No instances yet</source>
   <translation>Belum ada instans</translation>
  </message>
  <message>
   <source>Not answering</source>
   <translation>Tidak menjawab</translation>
  </message>
  <message>
   <source>{count} more in the window…</source>
   <translation>{count} lagi di jendela…</translation>
  </message>
  <message>
   <source>{count} need attention</source>
   <translation>{count} perlu perhatian</translation>
  </message>
  <message>
   <source>{name} · {state}</source>
   <translation>{name} · {state}</translation>
  </message>
  <message>
   <source>{running} of {count} running</source>
   <translation>{running} dari {count} berjalan</translation>
  </message>
 </context>
 <context>
  <name>update</name>
  <message>
   <source>A snapshot of before is kept. You find it under Snapshots in the menu of the instance.</source>
   <translation>Snapshot keadaan sebelumnya disimpan. Anda menemukannya di Snapshot pada menu instans.</translation>
  </message>
  <message>
   <source>As it was</source>
   <translation>Seperti semula</translation>
  </message>
  <message>
   <source>Changing the version</source>
   <translation>Mengubah versi</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Selesai</translation>
  </message>
  <message>
   <source>Everything is kept</source>
   <translation>Semua dipertahankan</translation>
  </message>
  <message>
   <source>Going back</source>
   <translation>Mengembalikan</translation>
  </message>
  <message>
   <source>Has its old version again</source>
   <translation>Kembali ke versi lamanya</translation>
  </message>
  <message>
   <source>Has this version already</source>
   <translation>Sudah memakai versi ini</translation>
  </message>
  <message>
   <source>Look at what receives your webhooks: their form changed with v8.</source>
   <translation>Lihat apa yang menerima webhook Anda: bentuknya berubah dengan v8.</translation>
  </message>
  <message>
   <source>Needs you</source>
   <translation>Perlu tindakan</translation>
  </message>
  <message>
   <source>Nothing has to be paired. If a phone asks for it all the same, scan the code as usual.</source>
   <translation>Tidak ada yang perlu ditautkan. Jika ponsel tetap memintanya, pindai kodenya seperti biasa.</translation>
  </message>
  <message>
   <source>Older version, everything is kept</source>
   <translation>Versi lebih lama, semua dipertahankan</translation>
  </message>
  <message>
   <source>Pairing stays, chats begin anew</source>
   <translation>Penautan tetap, chat mulai dari awal</translation>
  </message>
  <message>
   <source>Programs that read chats through the API see new messages only. Do not expect the old ones.</source>
   <translation>Program yang membaca chat lewat API hanya melihat pesan baru. Jangan harapkan yang lama.</translation>
  </message>
  <message>
   <source>Returning to the old version</source>
   <translation>Kembali ke versi lama</translation>
  </message>
  <message>
   <source>Saving a snapshot</source>
   <translation>Menyimpan snapshot</translation>
  </message>
  <message>
   <source>See that WhatsApp still accepts the older version: the instance must say that it is connected.</source>
   <translation>Pastikan WhatsApp masih menerima versi lama: instans harus menyatakan bahwa ia terhubung.</translation>
  </message>
  <message>
   <source>Send a message to one of the numbers and see that it arrives where you expect it.</source>
   <translation>Kirim pesan ke salah satu nomor dan pastikan tiba di tempat yang Anda harapkan.</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Memulai</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Menghentikan</translation>
  </message>
  <message>
   <source>The update needs you</source>
   <translation>Pembaruan memerlukan tindakan Anda</translation>
  </message>
  <message>
   <source>The update was not finished</source>
   <translation>Pembaruan tidak selesai</translation>
  </message>
  <message>
   <source>The update was taken back</source>
   <translation>Pembaruan ditarik kembali</translation>
  </message>
  <message>
   <source>The update went well</source>
   <translation>Pembaruan berhasil</translation>
  </message>
  <message>
   <source>Updated</source>
   <translation>Diperbarui</translation>
  </message>
  <message>
   <source>Updating</source>
   <translation>Memperbarui</translation>
  </message>
  <message>
   <source>Waits for its turn</source>
   <translation>Menunggu giliran</translation>
  </message>
  <message>
   <source>Watching whether it is well</source>
   <translation>Mengawasi apakah berjalan baik</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instans</translation>
  </message>
 </context>
 <context>
  <name>verbs</name>
  <message>
   <source>Delete {who}</source>
   <translation>Hapus {who}</translation>
  </message>
  <message>
   <source>Delete {who}?</source>
   <translation>Hapus {who}?</translation>
  </message>
  <message>
   <source>Deleting</source>
   <translation>Menghapus</translation>
  </message>
  <message>
   <source>Deleting {count} instances</source>
   <translation>Menghapus {count} instans</translation>
  </message>
  <message>
   <source>Edits of its settings that are not saved are lost.</source>
   <translation>Perubahan pengaturan yang belum disimpan akan hilang.</translation>
  </message>
  <message>
   <source>Ending now</source>
   <translation>Sedang diakhiri</translation>
  </message>
  <message>
   <source>Force kill</source>
   <translation>Paksa berhenti</translation>
  </message>
  <message>
   <source>Force kill {who}?</source>
   <translation>Paksa {who} berhenti?</translation>
  </message>
  <message>
   <source>Forcing {count} instances to end</source>
   <translation>Memaksa {count} instans berhenti</translation>
  </message>
  <message>
   <source>GOWA gets no time to finish: messages that are being sent may be lost. Afterwards it stays stopped.</source>
   <translation>GOWA tidak diberi waktu untuk selesai: pesan yang sedang dikirim bisa hilang. Setelah itu tetap berhenti.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages and media are moved to the trash for 7 days. Name, port, version and settings stay. The phone must be paired again.</source>
   <translation>Instans dihentikan, dan sesi WhatsApp, pesan, serta medianya dipindahkan ke tempat sampah selama 7 hari. Nama, port, versi, dan pengaturan tetap. Ponsel harus ditautkan lagi.</translation>
  </message>
  <message>
   <source>It is stopped, and its WhatsApp session, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Instans dihentikan, dan sesi WhatsApp, pesan, media, serta pengaturannya dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
  <message>
   <source>Reset data</source>
   <translation>Atur ulang data</translation>
  </message>
  <message>
   <source>Reset the data of {who}?</source>
   <translation>Atur ulang data {who}?</translation>
  </message>
  <message>
   <source>Resetting data</source>
   <translation>Mengatur ulang data</translation>
  </message>
  <message>
   <source>Resetting the data of {count} instances</source>
   <translation>Mengatur ulang data {count} instans</translation>
  </message>
  <message>
   <source>Restarting</source>
   <translation>Memulai ulang</translation>
  </message>
  <message>
   <source>Restarting {count} instances</source>
   <translation>Memulai ulang {count} instans</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Memulai</translation>
  </message>
  <message>
   <source>Starting {count} instances</source>
   <translation>Memulai {count} instans</translation>
  </message>
  <message>
   <source>Stop {who}</source>
   <translation>Hentikan {who}</translation>
  </message>
  <message>
   <source>Stop {who}?</source>
   <translation>Hentikan {who}?</translation>
  </message>
  <message>
   <source>Stopping</source>
   <translation>Menghentikan</translation>
  </message>
  <message>
   <source>Stopping {count} instances</source>
   <translation>Menghentikan {count} instans</translation>
  </message>
  <message>
   <source>The data of {count} instances was moved to the trash for 7 days.</source>
   <translation>Data {count} instans dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
  <message>
   <source>The data of {failed} of {count} instances could not be reset</source>
   <translation>Data {failed} dari {count} instans tidak dapat diatur ulang</translation>
  </message>
  <message>
   <source>The data of {name} could not be reset</source>
   <translation>Data {name} tidak dapat diatur ulang</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages and media are moved to the trash for 7 days. Names, ports, versions and settings stay. The phones must be paired again.</source>
   <translation>Instans-instans dihentikan, dan sesi WhatsApp, pesan, serta medianya dipindahkan ke tempat sampah selama 7 hari. Nama, port, versi, dan pengaturan tetap. Ponsel-ponsel harus ditautkan lagi.</translation>
  </message>
  <message>
   <source>They are stopped, and their WhatsApp sessions, messages, media and settings are moved to the trash for 7 days.</source>
   <translation>Instans-instans dihentikan, dan sesi WhatsApp, pesan, media, serta pengaturannya dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
  <message>
   <source>They finish what they are doing and then send and receive nothing until you start them again.</source>
   <translation>Instans menyelesaikan tugasnya, lalu tidak mengirim dan menerima apa pun sampai Anda memulainya lagi.</translation>
  </message>
  <message>
   <source>Waiting</source>
   <translation>Menunggu</translation>
  </message>
  <message>
   <source>{count} instances</source>
   <translation>{count} instans</translation>
  </message>
  <message>
   <source>{count} instances forced to end.</source>
   <translation>{count} instans dipaksa berhenti.</translation>
  </message>
  <message>
   <source>{count} instances moved to the trash for 7 days.</source>
   <translation>{count} instans dipindahkan ke tempat sampah selama 7 hari.</translation>
  </message>
  <message>
   <source>{count} instances restarted.</source>
   <translation>{count} instans dimulai ulang.</translation>
  </message>
  <message>
   <source>{count} instances started.</source>
   <translation>{count} instans dimulai.</translation>
  </message>
  <message>
   <source>{count} instances stopped.</source>
   <translation>{count} instans dihentikan.</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be deleted</source>
   <translation>{failed} dari {count} instans tidak dapat dihapus</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be forced to end</source>
   <translation>{failed} dari {count} instans tidak dapat dipaksa berhenti</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be restarted</source>
   <translation>{failed} dari {count} instans tidak dapat dimulai ulang</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be started</source>
   <translation>{failed} dari {count} instans tidak dapat dimulai</translation>
  </message>
  <message>
   <source>{failed} of {count} instances could not be stopped</source>
   <translation>{failed} dari {count} instans tidak dapat dihentikan</translation>
  </message>
  <message>
   <source>{name} could not be deleted</source>
   <translation>{name} tidak dapat dihapus</translation>
  </message>
  <message>
   <source>{name} could not be forced to end</source>
   <translation>{name} tidak dapat dipaksa berhenti</translation>
  </message>
  <message>
   <source>{name} could not be restarted</source>
   <translation>{name} tidak dapat dimulai ulang</translation>
  </message>
  <message>
   <source>{name} could not be started</source>
   <translation>{name} tidak dapat dimulai</translation>
  </message>
  <message>
   <source>{name} could not be stopped</source>
   <translation>{name} tidak dapat dihentikan</translation>
  </message>
 </context>
 <context>
  <name>versions</name>
  <message>
   <source>Available</source>
   <translation>Tersedia</translation>
  </message>
  <message>
   <source>Downloaded</source>
   <translation>Diunduh</translation>
  </message>
  <message>
   <source>Imported</source>
   <translation>Diimpor</translation>
  </message>
  <message>
   <source>Installed</source>
   <translation>Terinstal</translation>
  </message>
  <message>
   <source>Installing</source>
   <translation>Menginstal</translation>
  </message>
  <message>
   <source>Instances that use the latest version start with this one.</source>
   <translation>Instans yang memakai versi terbaru dimulai dengan versi ini.</translation>
  </message>
  <message>
   <source>Not for this computer</source>
   <translation>Bukan untuk komputer ini</translation>
  </message>
  <message>
   <source>Not there yet</source>
   <translation>Belum ada</translation>
  </message>
  <message>
   <source>Not verified</source>
   <translation>Belum diverifikasi</translation>
  </message>
  <message>
   <source>Pre-release</source>
   <translation>Prarilis</translation>
  </message>
  <message>
   <source>The file for this computer has not been published yet. Fresh releases are complete after some minutes; refresh then.</source>
   <translation>File untuk komputer ini belum diterbitkan. Rilis baru lengkap setelah beberapa menit; segarkan saat itu.</translation>
  </message>
  <message>
   <source>This release has no file for this computer.</source>
   <translation>Rilis ini tidak punya file untuk komputer ini.</translation>
  </message>
  <message>
   <source>Verified</source>
   <translation>Terverifikasi</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} dan {count} lagi</translation>
  </message>
 </context>
</TS>
