#!/usr/bin/env bash
# Builds an image with a Kafka node and pulls none: a Java runtime made by jlink, the shared libraries that it needs,
# busybox, and the jars that Maven has. build.sh TAG
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tag=$1

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,dev,etc/kafka/docker,lib64,opt/kafka,proc,sys,tmp}
chmod 1777 "$root/tmp"

mvn -B -q dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$root/opt/kafka"

javac=$(readlink -f "$(command -v javac)")
jdk=${JAVA_HOME:-${javac%/bin/javac}}
"$jdk/bin/jlink" --output "$root/opt/java" --strip-debug --no-man-pages --no-header-files --compress=1 \
  --add-modules "java.base,java.desktop,java.logging,java.management,java.naming,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.management,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs"

cp "$(command -v busybox)" "$root/bin/busybox"
for tool in cat chmod env grep ls sed sh sleep tr; do
  ln -s busybox "$root/bin/$tool"
done
# Testcontainers' start script asks for bash.
printf '#!/bin/sh\nexec /bin/sh "$@"\n' > "$root/bin/bash"
chmod +x "$root/bin/bash"

# What the runtime is linked to, and what the native compressors in the jars ask for by these names.
{
  find "$root/opt/java/bin/java" "$root/opt/java/lib" \( -name '*.so' -o -name java \) -type f -exec ldd {} + 2> /dev/null |
    awk '/=> \// { print $3 }'
  ldconfig -p | awk '/lib(pthread|dl|rt|stdc\+\+|gcc_s|nss_files)\.so\.[0-9]+ .*x86-64/ { print $NF }'
} | grep -vE "^$root|lib(X|xcb|asound|freetype|fontconfig)" | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"

printf 'root:x:0:0:root:/tmp:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\n' > "$root/etc/group"
printf 'hosts: files\n' > "$root/etc/nsswitch.conf"
install -m 755 run "$root/etc/kafka/docker/run"
install -m 644 log4j2.xml "$root/etc/kafka/log4j2.xml"

tar -C "$root" -c . | docker import \
  --change 'ENV PATH=/opt/java/bin:/bin' --change 'ENV JAVA_HOME=/opt/java' --change 'EXPOSE 9092' \
  --change 'CMD ["/etc/kafka/docker/run"]' - "$tag" > /dev/null
