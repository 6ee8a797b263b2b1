# Everywhere
skip = Ir al contenido
nav = Principal
nav-pats = Mis tokens
nav-inventory = Inventario
nav-policies = Políticas
nav-audit = Auditoría
nav-leaks = Filtraciones
sign-in = Iniciar sesión
sign-out = Cerrar sesión
language = Idioma
cancel = Cancelar
service-says = El servicio dice:
days = { $count ->
    [one] 1 día
   *[other] { $count } días
}
moment-now = ahora
moment-in-minutes = { $count ->
    [one] en 1 minuto
   *[other] en { $count } minutos
}
moment-in-hours = { $count ->
    [one] en 1 hora
   *[other] en { $count } horas
}
moment-in-days = { $count ->
    [one] en 1 día
   *[other] en { $count } días
}
moment-ago-minutes = { $count ->
    [one] hace 1 minuto
   *[other] hace { $count } minutos
}
moment-ago-hours = { $count ->
    [one] hace 1 hora
   *[other] hace { $count } horas
}
moment-ago-days = { $count ->
    [one] hace 1 día
   *[other] hace { $count } días
}

# Start page
welcome-title = Sus tokens de acceso personal
welcome-lead = Vea todos sus tokens y cuándo terminan, cree otros con solo los permisos que hacen falta, y renuévelos, rótelos o revóquelos, de uno en uno o muchos a la vez.
dev-title = Esto es patcycle dev
dev-what = Un gemelo sin conexión para trabajar con tokens de acceso personal: un inquilino compatible con Entra, la API PAT Lifecycle Management y esta consola, solo en este equipo.
dev-people = Quién puede iniciar sesión
dev-passwords = Sus contraseñas están en
dev-name = Nombre
dev-role = Quién es
dev-role-person = una persona
dev-role-administrator = quien administra la organización
dev-role-mfa = una persona con códigos de un solo uso
dev-cli = Desde una terminal
dev-runs = Qué funciona aquí
dev-authority = Autoridad
dev-reference = Referencia
dev-health = Estado
dev-certificate = Las direcciones https tienen un certificado de una autoridad privada. Con esto los navegadores de esta cuenta confían en él, solo para localhost:

# The list
list-title = Mis tokens
list-new = Nuevo token
list-search = Buscar nombre o permiso
list-state = Estado
list-sort = Ordenar por
list-order = Sentido
list-show = Mostrar
list-none = Ningún token coincide. Elija otro estado o use menos palabras.
list-first = Primera página
list-next = Página siguiente
list-left-out = { $count ->
    [one] Hay 1 más que no se muestra. Afine la búsqueda.
   *[other] Hay { $count } más que no se muestran. Afine la búsqueda.
}
state-active = activos
state-expired = caducados
state-revoked = revocados
state-all = todos
sort-displayDate = fin
sort-displayName = nombre
sort-status = estado
order-asc = del primero al último
order-desc = del último al primero
column-name = Nombre
column-state = Estado
column-ends = Termina
column-scopes = Permisos
column-made = Creado
chip-global = todas las organizaciones
chip-full = acceso completo
standing-good = activo
standing-soon = termina pronto
standing-very-soon = termina muy pronto
standing-expired = caducado
standing-revoked = revocado
timeline = Lo que termina en los próximos 90 días
timeline-7 = { $count } en 7 días
timeline-30 = { $count } en 30
timeline-90 = { $count } en 90
empty-title = No hay tokens activos
empty-what = Un token de acceso personal permite que una herramienta actúe en su nombre, hasta donde llegan sus permisos y hasta que termina. Dé a cada herramienta su propio token, con solo lo que necesita.
empty-create = Crear el primero
empty-cli = O desde una terminal, directamente a un archivo:
bulk-hint = Marque tokens para actuar sobre varios.
bulk-selected = Marcados:
bulk-all = Todos los de esta página
bulk-one = Marcar { $name }

# What can be done
action-renew = Renovar
action-rotate = Rotar
action-revoke = Revocar
action-edit = Cambiar nombre y permisos
action-finish = Terminar ya el secreto anterior
action-undo = Volver al secreto anterior
done-revoked = Revocado. Todo lo que usaba el token se rechaza desde ahora.
done-renewed = Renovado. El secreto es el mismo.
done-updated = Cambiado. El secreto es el mismo.
done-finished = El secreto anterior ha terminado.
done-undone = Vuelve a valer el secreto anterior; el nuevo ha terminado.

# New token
create-title = Nuevo token
create-submit = Crear el token
field-name = Nombre
field-name-hint = Diga dónde se usará: «servidor de compilación, publica paquetes».
field-lifetime = Termina después de
field-lifetime-hint = Corto es seguro; renovar y rotar es fácil. La política de su organización puede acortarlo.
field-ends-at = En su zona horaria:
field-date = en una fecha
field-date-label = El último día (UTC)
field-scopes = Qué puede hacer
field-scopes-hint = Elija lo mínimo que la herramienta necesita. Un permiso incluye los menores que se nombran debajo.
presets = Por ejemplo:
preset-clone = clonar repositorios
preset-push = subir código
preset-build = iniciar compilaciones
preset-feed-read = leer paquetes
preset-feed-publish = publicar paquetes
preset-agent = registrar agentes
scope-search = Buscar permisos
scope-none-chosen = Aún no se ha elegido nada.
scope-high = de gran alcance
scope-includes = Incluye
scope-full = Acceso completo
scope-full-hint = Todo lo que usted puede hacer. Quien encuentre el token también podrá. Muchas organizaciones lo prohíben.
field-more = Más
field-global = Para todas las organizaciones a su alcance
field-global-hint = Azure DevOps deja de aceptar estos tokens el 1 de diciembre de 2026. Cree uno para cada organización.
create-no-name-title = El token no tiene nombre
create-no-name-message = Más adelante querrá saber para qué es.
create-no-name-next = Escriba un nombre.
create-no-scope-title = El token no podría hacer nada
create-no-scope-message = No se ha elegido ningún permiso.
create-no-scope-next = Elija al menos uno, o uno de los ejemplos.
create-no-end-title = El fin no está en el futuro
create-no-end-message = Un token necesita un día en que termina, a partir de mañana.
create-no-end-next = Elija una de las duraciones o una fecha posterior.

# A new secret
secret-title = { $name }: su nuevo secreto
secret-once = Es la única vez que se muestra. Nadie, ni quien administra, puede mostrárselo de nuevo.
secret-shortened = La política de su organización lo acortó: termina el { $end }.
secret-label = Secreto
secret-reveal = Mostrar
secret-hide = Ocultar
secret-copy = Copiar
secret-copied = Copiado. Vacíe el portapapeles cuando lo haya pegado.
secret-download = Guardar como
download-dotenv = archivo .env
download-git = credenciales de git
download-plain = archivo de texto
secret-try = Pruébelo
secret-try-hint = Defina antes la variable { $variable }, para que el secreto no quede en el historial de la terminal.
secret-stored = Lo he guardado
secret-leaving = El secreto aún no está guardado.
rotated-overlap-title = El secreto anterior todavía vale
rotated-overlap = Lleve el secreto nuevo a donde se usa. El anterior termina solo el
replaced-title = El token anterior todavía vale
replaced = Este servicio no rota por sí mismo, así que se creó otro token igual. Guarde el secreto nuevo y revoque después el token anterior.
replaced-revoke = Está guardado: revocar el anterior

# One token
fact-reach = Vale para
reach-all = todas sus organizaciones
fact-used = Último uso
used-never = nunca
used-from = desde
fact-id = Id
renew-what = Un fin posterior con el mismo secreto. No hay que cambiar nada donde se usa.
renew-for = Desde ahora, por
rotate-what = Un secreto nuevo. El anterior puede valer mientras lleva el nuevo a donde se usa.
rotate-what-replace = Otro token con el mismo nombre, permisos y duración. El anterior vale hasta que lo revoque.
rotate-overlap = El secreto anterior sigue valiendo
overlap-quarter = 15 minutos
overlap-hour = 1 hora
overlap-six-hours = 6 horas
overlap-day = 1 día
overlap-week = 7 días
edit-what = El secreto sigue siendo el mismo.
edit-submit = Guardar
revoke-what = En el acto y para siempre. No hay vuelta atrás.
revoke-title = Revocar
revoke-ask = ¿Revocar { $name }?
revoke-consequence = Todo lo que usa este token se rechaza desde ese momento. No hay vuelta atrás.
revoke-sure = Revocarlo
history = Qué ha pasado
event-Token-PatCreateEvent = Creado
event-Token-PatUpdateEvent = Cambiado
event-Token-PatRevokeEvent = Revocado
event-Token-PatSystemRevokeEvent = Revocado por el servicio
event-Token-PatRotateEvent = Recibió un secreto nuevo
event-Token-PatRotateFinishEvent = Se terminó el secreto anterior
event-Token-PatRotateUndoEvent = Volvió al secreto anterior
event-Token-PatSupersededUseEvent = Se usó un secreto ya sustituido, y se rechazó
event-Token-PatExpiredEvent = Caducó
event-Token-PatPublicDiscoveryEvent = Se encontró en público
rotate-no-overlap-title = Eso no es una duración para el secreto anterior
rotate-no-overlap-message = No se cambió nada.
rotate-no-overlap-next = Elija una de las duraciones en la página del token.
rotate-no-lifetime-title = El token no se puede rotar
rotate-no-lifetime-message = Termina antes de empezar, así que no tiene una duración que conservar.
rotate-no-lifetime-next = Cree un token nuevo.

# Several tokens
bulk-title-renew = Renovar varios tokens
bulk-title-rotate = Rotar varios tokens
bulk-title-revoke = Revocar varios tokens
bulk-count = { $count ->
    [one] 1 token.
   *[other] { $count } tokens.
}
bulk-what-renew = Reciben un fin posterior. Sus secretos no cambian.
bulk-what-rotate = Cada uno recibe un secreto nuevo. Los recibirá todos en un archivo, una sola vez. Los anteriores valen hasta entonces y un tiempo más.
bulk-what-revoke = Dejan de funcionar en el acto y para siempre. No hay vuelta atrás.
bulk-go-renew = Renovarlos
bulk-go-rotate = Rotarlos
bulk-go-revoke = Revocarlos
bulk-typed = Para estar seguros, escriba cuántos son: { $count }
bulk-typed-wrong = Ese no era el número. No se revocó nada. Son { $count }.
bulk-none-title = No hay ningún token activo marcado
bulk-none-message = No se cambió nada.
bulk-none-next = Vuelva a la lista y marque algunos.
bulk-too-many-title = Son demasiados a la vez
bulk-too-many-message = No se cambió nada. El máximo es 500.
bulk-too-many-next = Marque menos.
bulk-busy-title = Hay demasiado en marcha
bulk-busy-message = La consola está haciendo muchos trabajos como este. No se cambió nada.
bulk-busy-next = Inténtelo de nuevo en unos minutos.
run-title-renew = Renovando
run-title-rotate = Rotando
run-title-revoke = Revocando
run-progress = Cuánto lleva
run-done = { $count ->
    [one] 1 hecho.
   *[other] { $count } hechos.
}
run-failed = { $count ->
    [one] 1 falló; ahí no cambió nada.
   *[other] { $count } fallaron; ahí no cambió nada.
}
run-over = Eso es todo.
run-state-waiting = en espera
run-state-done = hecho
run-state-failed = falló
run-secrets-title = Los secretos nuevos
run-secrets = Todos en un archivo .env. Se entregan una vez; después la consola los olvida. Los anteriores todavía valen.
run-download = Descargar el archivo .env
run-handed-title = Los secretos nuevos se entregaron
run-handed = Llévelos a donde se usan. Si pierde el archivo, rote de nuevo: los secretos anteriores valen hasta que termine su plazo.
run-handed-over-title = Los secretos ya se entregaron
run-handed-over-message = Se entregan una vez, y la consola los ha olvidado.
run-handed-over-next = Si perdió el archivo, rote esos tokens de nuevo. Los secretos anteriores valen hasta que termine su plazo.
run-unknown-title = Ese trabajo no está aquí
run-unknown-message = Se inició en otra sesión, terminó hace mucho, o la consola se reinició. Lo que se hizo queda hecho.
run-unknown-next = La lista muestra cómo están sus tokens.

# Where to go from a message
step-list = A mis tokens
step-pat = Al token
step-again = Intentar de nuevo
step-sign-in = Iniciar sesión
step-sign-in-again = Iniciar sesión con otra cuenta
step-step-up = Iniciar sesión de nuevo
step-approve = Aprobar para la organización (administración)

# Forms that were sent twice
form-again-title = Esto ya se creó
form-again-message = El formulario se envió antes. El token se creó entonces, y su secreto se mostró esa única vez. Ahora no se creó nada.
form-again-next = Si no tiene copia del secreto, rote el token: así recibe uno nuevo.
form-again-unknown-title = Este formulario ya se envió
form-again-unknown-message = Ahora no se creó nada. Todavía no se sabe qué creó la primera vez.
form-again-unknown-next = Mire la lista. Si muestra un token cuyo secreto no tiene, rótelo o revóquelo.

# What did not work
failure-not-accepted-title = No ha iniciado sesión para esto
failure-not-accepted-message = El servicio no acepta su sesión: ha terminado, o es de otra cuenta u organización.
failure-not-accepted-next = Inicie sesión de nuevo. Si no sirve, elija otra cuenta o pregunte a quien administra si pertenece a esta organización.
failure-sign-in-refused-title = El servicio de inicio de sesión lo rechaza
failure-sign-in-refused-message = Una regla de su organización no permite que la consola actúe en su nombre.
failure-sign-in-refused-next = Inicie sesión de nuevo y, si no sirve, muestre las palabras de abajo a quien administra.
failure-sign-in-away-title = El servicio de inicio de sesión no responde
failure-sign-in-away-message = La consola no puede renovar su sesión. No se cambió nada.
failure-sign-in-away-next = Inténtelo de nuevo en unos minutos.
failure-refused-title = No tiene permiso para esto
failure-refused-message = El servicio se lo niega en esta organización. No se cambió nada.
failure-refused-next = Pregunte a quien administra la organización.
failure-not-found-title = Aquí no hay nada
failure-not-found-message = Ningún token suyo tiene este id, o ya no está.
failure-not-found-next = Búsquelo en la lista; los revocados y caducados se muestran al elegir ese estado.
failure-conflict-title = Algo ha cambiado entretanto
failure-conflict-message = Lo que pidió no encaja con cómo está el token ahora. No se cambió nada.
failure-conflict-next = Mire el token otra vez y decida.
failure-rejected-title = El servicio no lo acepta
failure-rejected-message = Algo de la petición no es como el servicio lo quiere. No se cambió nada.
failure-rejected-next = Corrija lo que nombra el servicio e inténtelo de nuevo.
failure-throttled-title = Demasiadas llamadas
failure-throttled-message = El servicio pide ir más despacio. Esperar un poco no bastó.
failure-throttled-next = Inténtelo de nuevo en unos minutos.
failure-throttled-wait = { $count ->
    [one] Inténtelo de nuevo en 1 segundo.
   *[other] Inténtelo de nuevo en { $count } segundos.
}
failure-unavailable-title = El servicio tiene un fallo
failure-unavailable-message = Respondió que ahora no puede hacerlo.
failure-unavailable-next = Inténtelo de nuevo en unos minutos. Después de un cambio, mire primero la lista.
failure-html-title = Eso fue una página web, no una respuesta
failure-html-message = Respondió algo que está entre la consola y el servicio: un proxy, o una página de acceso de la red.
failure-html-next = Inténtelo de nuevo en unos minutos. Si sigue así, muestre esta página a quien mantiene la consola.
failure-unreachable-title = El servicio no responde
failure-unreachable-message = La consola no puede llegar a él.
failure-unreachable-next = Inténtelo de nuevo en unos minutos. Después de un cambio, mire primero la lista: puede que se hiciera.
failure-unexpected-title = La respuesta no tiene sentido
failure-unexpected-message = El servicio respondió de un modo que la consola no conoce.
failure-unexpected-next = Muestre esta página a quien mantiene la consola. Después de un cambio, mire primero la lista.
failure-domain-title = El servicio no lo hizo
failure-domain-message = Nombró un motivo propio. No se cambió nada.
failure-domain-next = Corrija lo que nombra e inténtelo de nuevo.
failure-unconfirmed-unknown-title = No se sabe si el token se creó
failure-unconfirmed-unknown-message = El servicio se interrumpió, y tampoco se puede leer su lista.
failure-unconfirmed-unknown-next = Cuando vuelva el servicio, mire la lista. Un token con este nombre que antes no tenía tiene un secreto que nadie posee: revóquelo y cree otro.
failure-unconfirmed-none-title = El token no se creó
failure-unconfirmed-none-message = El servicio se interrumpió, y su lista no muestra ese token.
failure-unconfirmed-none-next = Créelo de nuevo desde un formulario nuevo.
failure-unconfirmed-found-title = El token probablemente se creó, sin su secreto
failure-unconfirmed-found-message = El servicio se interrumpió, y su lista muestra un token nuevo con este nombre. Nadie posee su secreto.
failure-unconfirmed-found-next = Revoque ese token y cree otro desde un formulario nuevo.
failure-sessions-title = La consola no puede trabajar ahora
failure-sessions-message = No puede leer o escribir sus sesiones. No se cambió nada.
failure-sessions-next = Inténtelo de nuevo en unos minutos. Si sigue así, avise a quien mantiene la consola.
failure-signed-out-title = Su sesión ha terminado
failure-signed-out-message = Terminó aquí o en otra ventana. No se cambió nada.
failure-signed-out-next = Inicie sesión y hágalo de nuevo.
failure-form-foreign-title = Esto no vino de la consola
failure-form-foreign-message = Otra página intentó actuar en su nombre, o su navegador oculta de dónde viene un formulario. No se cambió nada.
failure-form-foreign-next = Si fue usted, abra de nuevo la página de la consola y envíe el formulario desde allí.
failure-form-key-title = Esta página es de una sesión anterior
failure-form-key-message = Ha iniciado sesión de nuevo desde que se abrió. No se cambió nada.
failure-form-key-next = Abra la página de nuevo y hágalo allí.
failure-form-unreadable-title = El formulario está incompleto
failure-form-unreadable-message = No se puede leer. No se cambió nada.
failure-form-unreadable-next = Abra la página de nuevo y hágalo allí.
failure-stale-title = Confirme que es usted
failure-stale-message = Hace un tiempo que inició sesión. Los secretos se crean, y la vida de los tokens se alarga, solo poco después de iniciarla. No se cambió nada.
failure-stale-next = Inicie sesión de nuevo; volverá a esta página.
failure-state-title = Este inicio de sesión no se puede terminar
failure-state-message = No empezó en este navegador, tardó más de diez minutos, o ya se terminó.
failure-state-next = Empiece de nuevo.
failure-approval-title = Antes hay que aprobar la consola
failure-approval-message = Su organización solo permite usar una aplicación cuando alguien de administración la ha aprobado.
failure-approval-next = Envíe el enlace de abajo a quien administra. Pide el permiso de actuar en su nombre en Azure DevOps, y nada más.
approved-title = La consola está aprobada
approved-message = Un administrador ha permitido que la aplicación actúe en nombre de las personas de la organización.
approved-next = Quien pertenece a ella ya puede iniciar sesión.
failure-consent-title = La consola no tiene permiso
failure-consent-message = Usted, o una regla de su organización, no aceptó que la consola actúe en su nombre.
failure-consent-next = Inicie sesión de nuevo y acepte, si quiere usarla.
failure-account-title = Esta cuenta no puede iniciar sesión
failure-account-message = El servicio de inicio de sesión rechaza la cuenta: está desactivada, bloqueada, o no es de esta organización.
failure-account-next = Inicie sesión con otra cuenta, o pregunte a quien administra.
failure-registration-title = La consola no está bien configurada
failure-registration-message = El servicio de inicio de sesión no conoce la consola tal como está registrada: su id, su secreto o certificado, o su dirección de retorno.
failure-registration-next = Muestre esta página a quien mantiene la consola.
failure-sign-in-title = No se pudo iniciar la sesión
failure-sign-in-message = El servicio de inicio de sesión no le dejó pasar.
failure-sign-in-next = Inténtelo de nuevo. Las palabras de abajo dicen más.

failure-busy-title = Demasiadas personas inician sesión en este momento
failure-busy-message = O alguien finge que lo hacen.
failure-busy-next = Inténtelo de nuevo en un minuto.

failure-administrators-title = Esta página es para quien administra
failure-administrators-message = Usted no administra esta organización.
failure-administrators-next = Si la administra desde hace poco, cierre la sesión e iníciela de nuevo.
failure-no-page-title = No existe esa página
failure-no-page-message = La dirección no lleva a ninguna parte.
failure-no-page-next = Empiece por la lista.

# Reasons that the service names
pat-error-invalidDisplayName-title = El nombre no sirve
pat-error-invalidDisplayName-message = Está vacío, es demasiado largo, o tiene caracteres que nadie ve.
pat-error-invalidDisplayName-next = Elija otro nombre.
pat-error-displayNameRequired-title = El token no tiene nombre
pat-error-displayNameRequired-message = Más adelante querrá saber para qué es.
pat-error-displayNameRequired-next = Escriba un nombre.
pat-error-invalidScope-title = Los permisos no sirven
pat-error-invalidScope-message = Alguno no existe, o no es para tokens.
pat-error-invalidScope-next = Elija otros.
pat-error-invalidValidTo-title = El fin no sirve
pat-error-invalidValidTo-message = Está en el pasado o demasiado lejos.
pat-error-invalidValidTo-next = Elija otra fecha.
pat-error-authorizationNotFound-title = No existe ese token
pat-error-authorizationNotFound-message = Ningún token suyo tiene este id, o se revocó.
pat-error-authorizationNotFound-next = Búsquelo en la lista; los revocados se muestran al elegir ese estado.
pat-error-globalPatPolicyViolation-title = No se permiten tokens para todas las organizaciones
pat-error-globalPatPolicyViolation-message = Una política de su organización los prohíbe.
pat-error-globalPatPolicyViolation-next = Cree un token solo para esta organización, o pida una excepción a quien administra.
pat-error-globalPATCreationBlocked-title = Los tokens para todas las organizaciones ya no se crean
pat-error-globalPATCreationBlocked-message = El servicio dejó de crearlos.
pat-error-globalPATCreationBlocked-next = Cree un token para cada organización.
pat-error-fullScopePatPolicyViolation-title = No se permite el acceso completo
pat-error-fullScopePatPolicyViolation-message = Una política de su organización prohíbe tokens que lo pueden todo.
pat-error-fullScopePatPolicyViolation-next = Elija los permisos que la herramienta necesita, o pida una excepción a quien administra.
pat-error-patLifespanPolicyViolation-title = Viviría demasiado
pat-error-patLifespanPolicyViolation-message = Una política de su organización limita cuánto viven los tokens.
pat-error-patLifespanPolicyViolation-next = Elija un fin más cercano.
pat-error-disablePatCreationPolicyViolation-title = Aquí no se pueden crear tokens
pat-error-disablePatCreationPolicyViolation-message = Una política de su organización no le permite crear ni renovar tokens.
pat-error-disablePatCreationPolicyViolation-next = Pida una excepción a quien administra, o use el inicio de sesión con Entra de la herramienta si lo tiene.
pat-error-expiredPatCannotBeExtended-title = El token ha caducado
pat-error-expiredPatCannotBeExtended-message = Un token caducado ya no se puede cambiar.
pat-error-expiredPatCannotBeExtended-next = Cree uno nuevo con los mismos permisos.

# Administration
step-inventory = Al inventario
step-policies = A las políticas
column-owner = Titular
chip-disabled = cuenta desactivada
bulk-one-of = Marcar { $name } de { $owner }
inventory-title = Inventario
inventory-what = Los tokens de todas las personas de esta organización.
inventory-count = { $count ->
    [one] Coincide 1 token.
   *[other] Coinciden { $count } tokens.
}
inventory-never-used = nunca usados
inventory-unused = sin uso desde hace 90 días
inventory-full = con acceso completo
inventory-global = para todas las organizaciones
inventory-left = de cuentas desactivadas
inventory-unused-for = Sin uso durante
inventory-violates = Contra la política
inventory-any = cualquiera
inventory-owner = De un titular
inventory-conditions = Solo los que están
inventory-reset = Restablecer
inventory-none = Ningún token coincide.
inventory-revoke-owner = Revocar todo lo de { $name }…
admin-revoke-title = Revocar tokens de otras personas
admin-revoke-told = Se avisa a sus titulares, con el motivo que usted indique.
admin-revoke-owner = Todo lo que esta persona recibió hasta ahora se revoca en un solo paso: tokens, tokens de sesión y lo que una aplicación tiene en su nombre.
admin-revoke-reason = Motivo
admin-revoke-reason-hint = Queda en la auditoría para siempre, con su nombre.
admin-revoke-reason-wrong = Hace falta un motivo: unas palabras sin saltos de línea. No se revocó nada.
receipt-title = Revocado
receipt-count = { $count ->
    [one] Se revocó 1 token. Se rechaza desde ahora.
   *[other] Se revocaron { $count } tokens. Se rechazan desde ahora.
}
receipt-stopped = El resto no se revocó. Mire el inventario y hágalo de nuevo.
receipt-json = El recibo, para su archivo
audit-what = Quién hizo qué con qué token y qué política. Los registros están encadenados: ninguno se puede cambiar ni quitar sin que se note.
audit-search = Buscar
audit-since = Desde
audit-until = Hasta
audit-when = Cuándo
audit-event = Qué
audit-who = Quién
audit-none = Nada coincide.
audit-cut = Hay más. Afine la búsqueda o elija menos días.
audit-verify = Para demostrar que no se cambió nada:
leaks-what = ¿Alguien encontró un token donde no debe estar? Péguelo aquí: sabrá de quién es y podrá terminarlo. Lo que pega no se guarda ni se vuelve a mostrar.
leaks-tokens = Qué se encontró
leaks-tokens-hint = Uno por línea, { $count } como máximo. Lo que lo rodea, como PAT=, se pasa por alto.
leaks-place = Dónde se encontró
leaks-look-up = Buscar
leaks-found = Qué es
leaks-line = Línea { $count }:
leaks-unknown = ningún token de esta organización.
leaks-works = funciona
leaks-dead = no funciona
leaks-revoke = Revocar { $name } ya
leaks-none = Pegue al menos un token.
leaks-too-many = Eran demasiados a la vez.
leaks-revoked = Revocado. Se rechaza desde ahora, y se avisa a su titular.
policies-what = Lo que vale para los tokens de esta organización. Pruebe un cambio antes de hacerlo.
policy-on = activada
policy-off = desactivada
policy-default = (por defecto)
policy-as-default = como por defecto
policy-value = La política está
policy-days = Vida máxima en días
policy-hours = Inicio de sesión más antiguo, en horas
policy-packaging = La política no afecta a los tokens con solo permisos de paquetes
policy-allow-list = La lista de abajo cuenta
policy-allowed = A quién no afecta
policy-allowed-hint = Uno por línea: el id de objeto de una persona o un grupo, y después un nombre.
policy-rehearse = Probar antes
policy-save = Guardar
policy-saved = Guardada. Vale desde ahora.
policy-changed = Alguien cambió esta política después de abrirse la página. No se guardó nada. Lo escrito es suyo; mire la política y guarde de nuevo.
policy-wrong-value = Elija si la política está activada o no. No se guardó nada.
policy-wrong-days = La vida máxima es un número entero de días, de 1 a 366. No se guardó nada.
policy-wrong-hours = El inicio de sesión más antiguo es un número entero de horas, de 1 a 8784. No se guardó nada.
policy-wrong-allowed = Cada línea empieza con un id de objeto, como 11111111-2222-3333-4444-555555555555. No se guardó nada.
policy-unknown-title = No existe esa política
policy-unknown-message = Aquí no se conoce ese nombre.
policy-unknown-next = Elija una de la lista.
policy-restrict-global-pats = Sin tokens para todas las organizaciones
policy-restrict-full-scope = Sin acceso completo
policy-maximum-lifespan = Vida máxima
policy-revoke-leaked = Revocar lo que se filtra
policy-restrict-organization-creation = Sin organizaciones nuevas
policy-restrict-pat-creation = Sin tokens nuevos
policy-block-global-creation = Sin tokens nuevos para todas las organizaciones
policy-retire-global-pats = Los tokens para todas las organizaciones dejan de funcionar
policy-maximum-sign-in-age = Los tokens se crean, se rotan y se prolongan solo poco después de iniciar sesión
policy-what-restrict-global-pats = No se pueden crear ni renovar tokens para todas las organizaciones.
policy-what-restrict-full-scope = No se pueden crear ni renovar tokens con acceso completo.
policy-what-maximum-lifespan = El fin de los tokens se recorta a un número de días.
policy-what-revoke-leaked = Un token que se encuentra en público se revoca en el acto.
policy-what-restrict-organization-creation = Las organizaciones vienen solo de la configuración; es fijo.
policy-what-restrict-pat-creation = No se pueden crear ni renovar tokens; los de todas las organizaciones no se pueden usar.
policy-what-block-global-creation = Los tokens para todas las organizaciones son cosa del pasado: no se crea ninguno.
policy-what-retire-global-pats = Los tokens para todas las organizaciones se rechazan.
policy-what-maximum-sign-in-age = Quien cree, rote o prolongue un token debe haber iniciado sesión en las últimas horas.
rehearsal-title = Qué haría
rehearsal-examined = { $count ->
    [one] Hoy funciona 1 token.
   *[other] Hoy funcionan { $count } tokens.
}
rehearsal-pats = { $count ->
    [one] La política se opondría a 1 de ellos.
   *[other] La política se opondría a { $count } de ellos.
}
rehearsal-uses = { $count ->
    [one] 1 dejaría de funcionar.
   *[other] { $count } dejarían de funcionar.
}
rehearsal-used = { $count ->
    [one] 1 de estos se usó en los últimos 30 días.
   *[other] { $count } de estos se usaron en los últimos 30 días.
}
rehearsal-nothing-changed = No se cambió nada.
rehearsal-refuses = Qué se rechazaría
rehearsal-creation = que se creara
rehearsal-renewal = renovarlo
rehearsal-lifespan = su larga vida
rehearsal-use = usarlo
rehearsal-unused = no en los últimos 30 días

# What the policies leave
limits-refused = Una política de su organización no le permite crear ni renovar tokens. Pida una excepción a quien administra.
limits-packaging = Una política de su organización solo le permite crear tokens con permisos de paquetes.
limits-lifespan = { $count ->
    [one] Su organización deja vivir a los tokens 1 día como máximo.
   *[other] Su organización deja vivir a los tokens { $count } días como máximo.
}
limits-full = Su organización lo prohíbe.
limits-global = Su organización lo prohíbe.
